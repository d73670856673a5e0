package dev.ferry.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Impairments with a name: kinds of networks, and the network cases of the QUIC interop runner (one
 * bottleneck of 10 Mbit/s with a queue of 25 packets, 15 ms each way).
 */
enum ImpairmentPreset {
  WIFI("loss=burst:1%:3,delay=2ms,jitter=3ms:pareto,reorder=0.1%:5ms,rate=50mbit"),
  LTE("loss=burst:0.5%:4,delay=25ms,jitter=8ms:normal,rate=20mbit,queue=200ms"),
  SATELLITE("loss=0.5%,delay=300ms,jitter=2ms:normal,rate=20mbit,queue=600ms"),
  TRANSATLANTIC("loss=0.1%,delay=40ms,jitter=0.5ms:normal,rate=200mbit,queue=100ms"),
  INTEROP_GOODPUT("delay=15ms,rate=10mbit,queue=25pkt"),
  INTEROP_LONGRTT("preset=interop-goodput,delay=750ms"),
  INTEROP_BLACKHOLE("preset=interop-goodput,blackhole=5s/2s"),
  INTEROP_HANDSHAKELOSS("preset=interop-goodput,loss=30%:3"),
  INTEROP_HANDSHAKECORRUPTION("preset=interop-goodput,corrupt=30%:3"),
  INTEROP_TRANSFERLOSS("preset=interop-goodput,loss=2%:3"),
  INTEROP_TRANSFERCORRUPTION("preset=interop-goodput,corrupt=2%:3"),
  INTEROP_REBIND_PORT("preset=interop-goodput,rebind=1s/5s"),
  INTEROP_REBIND_ADDR("preset=interop-goodput,rebind=1s/5s:address");

  private final String text;

  ImpairmentPreset(String text) {
    this.text = text;
  }

  /** The impairments of the preset. */
  String text() {
    return text;
  }

  /** The name that users write. */
  String publicName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static List<String> publicNames() {
    return Arrays.stream(values()).map(ImpairmentPreset::publicName).toList();
  }

  /**
   * Finds a preset by its name.
   *
   * @throws IllegalArgumentException if there is no such preset
   */
  static ImpairmentPreset of(String name) {
    return Arrays.stream(values())
        .filter(preset -> preset.publicName().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("use one of " + String.join(", ", publicNames())));
  }
}

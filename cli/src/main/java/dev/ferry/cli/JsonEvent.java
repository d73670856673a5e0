package dev.ferry.cli;

import com.google.common.net.InetAddresses;
import dev.ferry.clock.WallClock;
import dev.ferry.protocol.util.Nanos;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What a program tells to machines, one object a line (docs/json.md). */
public final class JsonEvent {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private JsonEvent() {}

  /**
   * Begins the object of an event that happens now.
   *
   * @param schema {@code ferry.PROGRAM.v1}
   */
  public static JsonLine of(String schema, String event) {
    return new JsonLine(schema).put("event", event).put("time", time());
  }

  /** The time by the clock of the wall, in UTC: {@code 2026-11-29T21:04:05.678Z}. */
  public static String time() {
    long nowNs = WallClock.epochNanos();
    return TIME.format(
        Instant.ofEpochSecond(
            Math.floorDiv(nowNs, Nanos.SECOND), Math.floorMod(nowNs, Nanos.SECOND)));
  }

  /**
   * The last object of a program that fails.
   *
   * @param message what the user reads
   */
  public static JsonLine failed(String schema, String message, ExitCode exitCode) {
    return of(schema, "failed").put("message", message).put("exitCode", exitCode.code());
  }

  /** IPv6 with its longest run of zeros left out (RFC 5952), and with its scope if it has one. */
  private static String shortest(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    String shortened = InetAddresses.toAddrString(address);
    return scope < 0 || shortened.contains("%") ? shortened : shortened + text.substring(scope);
  }

  /** A constant as all objects have it: {@code path-rate}. */
  public static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** An address as all objects have it: {@code 192.0.2.1:12300} or {@code [2001:db8::1]:12300}. */
  public static String address(InetSocketAddress address) {
    return new HostPort(shortest(address.getAddress()), address.getPort()).toString();
  }
}

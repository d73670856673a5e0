package dev.ferry.architecture;

import static dev.ferry.architecture.PackageRule.impure;
import static dev.ferry.architecture.PackageRule.pure;

import java.util.List;

/**
 * The table of packages: which exist, in which module, and which others each may know. The table in
 * docs/architecture.md says the same, and a test compares them. A row knows only rows above it, so
 * that no cycle can be written down.
 */
final class PackageRules {
  static final List<PackageRule> ALL =
      List.of(
          pure("protocol", "protocol.util"),
          pure("protocol", "protocol", "protocol.util"),
          pure("protocol", "protocol.lab", "protocol", "protocol.util"),
          pure("protocol", "protocol.wire", "protocol", "protocol.util"),
          pure("protocol", "protocol.wire.frame", "protocol.wire", "protocol", "protocol.util"),
          pure("protocol", "protocol.crypto", "protocol.wire", "protocol.util"),
          pure(
              "protocol",
              "protocol.handshake",
              "protocol.crypto",
              "protocol.wire",
              "protocol",
              "protocol.util"),
          pure("protocol", "protocol.recovery.congestion", "protocol.util"),
          pure("protocol", "protocol.recovery", "protocol.recovery.congestion", "protocol.util"),
          pure(
              "protocol",
              "protocol.connection",
              "protocol.recovery",
              "protocol.crypto",
              "protocol.wire",
              "protocol.wire.frame",
              "protocol",
              "protocol.util"),
          pure(
              "protocol",
              "protocol.transfer",
              "protocol.connection",
              "protocol.wire",
              "protocol.wire.frame",
              "protocol",
              "protocol.util"),
          pure(
              "protocol",
              "protocol.client",
              "protocol.transfer",
              "protocol.connection",
              "protocol.handshake",
              "protocol.crypto",
              "protocol.wire",
              "protocol.wire.frame",
              "protocol.lab",
              "protocol",
              "protocol.util"),
          pure(
              "protocol",
              "protocol.server",
              "protocol.transfer",
              "protocol.connection",
              "protocol.handshake",
              "protocol.crypto",
              "protocol.wire",
              "protocol.wire.frame",
              "protocol.lab",
              "protocol",
              "protocol.util"),
          pure("netsim", "netsim", "protocol.util"),
          impure("common", "clock", "protocol.util"),
          pure("common", "framing"),
          impure("common", "transport", "clock", "framing", "netsim", "protocol", "protocol.util"),
          impure("common", "storage", "clock", "protocol.crypto", "protocol", "protocol.util"),
          impure(
              "api",
              "runtime",
              "transport",
              "storage",
              "framing",
              "clock",
              "protocol.client",
              "protocol.server",
              "protocol.transfer",
              "protocol.connection",
              "protocol.handshake",
              "protocol.crypto",
              "protocol.wire",
              "protocol.wire.frame",
              "protocol.lab",
              "protocol",
              "protocol.util"),
          impure("api", "api", "runtime", "transport", "storage", "framing", "clock", "protocol.client", "protocol.server", "protocol.connection", "protocol.crypto", "protocol.wire.frame", "protocol.lab", "protocol", "protocol.util"),
          impure(
              "cli", "cli", "transport", "storage", "netsim", "protocol.crypto", "protocol.util"),
          impure("testkit", "testkit", "protocol", "protocol.util"),
          impure("testkit", "testkit.labpeers", "protocol.lab", "protocol", "protocol.util"),
          impure(
              "testkit",
              "testkit.sim",
              "cli",
              "netsim",
              "protocol.connection",
              "protocol",
              "protocol.util"),
          impure(
              "testkit",
              "testkit.process",
              "transport",
              "storage",
              "framing",
              "clock",
              "protocol.client",
              "protocol.transfer",
              "protocol.connection",
              "protocol.wire",
              "protocol.wire.frame",
              "protocol.lab",
              "protocol",
              "protocol.util"),
          impure("server", "server", "runtime", "cli", "transport", "storage", "netsim", "protocol.server", "protocol.connection", "protocol.crypto", "protocol.wire.frame", "protocol.lab", "protocol", "protocol.util"),
          impure(
              "client",
              "client",
              "runtime",
              "cli",
              "transport",
              "framing",
              "netsim",
              "protocol.client",
              "protocol.handshake",
              "protocol.crypto",
              "protocol.lab",
              "protocol",
              "protocol.util"),
          pure("lossy-proxy", "proxy.core", "netsim", "protocol.util"),
          pure(
              "lossy-proxy",
              "proxy.trace",
              "proxy.core",
              "cli",
              "netsim",
              "protocol.lab",
              "protocol"),
          pure("lossy-proxy", "proxy.pcap", "proxy.core", "netsim"),
          pure(
              "lossy-proxy",
              "proxy.diagram",
              "proxy.trace",
              "proxy.core",
              "cli",
              "netsim",
              "protocol.util"),
          impure("lossy-proxy", "proxy.control", "cli", "netsim", "protocol.util"),
          impure(
              "lossy-proxy",
              "proxy",
              "proxy.core",
              "proxy.trace",
              "proxy.pcap",
              "proxy.diagram",
              "proxy.control",
              "cli",
              "clock",
              "netsim",
              "protocol.util"),
          impure("examples", "examples.support", "cli", "clock", "framing", "protocol.util"),
          impure("examples", "examples.naive", "examples.support", "cli"),
          impure("examples", "examples.delimiter", "examples.support", "cli", "framing"),
          impure("examples", "examples.tlv", "examples.support", "cli", "framing"),
          impure("examples", "examples.buffered", "examples.support", "cli", "framing"),
          impure(
              "examples",
              "examples.download",
              "examples.support",
              "cli",
              "framing",
              "storage",
              "protocol"),
          impure("examples", "examples.library", "api"),
          impure("examples", "examples", "examples.naive", "examples.delimiter", "examples.tlv", "examples.buffered", "examples.download", "examples.library", "cli"),
          impure(
              "bench",
              "bench",
              "transport",
              "storage",
              "clock",
              "protocol.server",
              "protocol.lab",
              "protocol",
              "protocol.util"));

  /** A dependency that a row does not allow, and that is on its way out. */
  record Exemption(String from, String to) {}

  /** To be empty. A test fails as soon as an entry is not needed any more. */
  static final List<Exemption> KNOWN_CYCLES = List.of();

  private PackageRules() {}
}

package dev.ferry.client;

import dev.ferry.cli.Escaper;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.JsonLine;
import dev.ferry.cli.Units;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.client.ClientEvent.Mode;
import dev.ferry.protocol.util.Nanos;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells the user how a transfer goes: a progress bar, a summary, or JSON lines. */
final class ClientReport {
  private static final long JSON_PROGRESS_NS = 500 * Nanos.MILLISECOND;
  private static final String SCHEMA = "ferry.client.v1";

  private final PrintStream out;
  private final PrintStream err;
  private final boolean quiet;
  private final boolean json;
  private final String verb;
  private final String name;
  private long sizeBytes;
  private long resumedBytes;
  private final @Nullable ProgressBar bar;
  private long jsonProgressNs = Nanos.NEVER;

  /**
   * Reports on one transfer.
   *
   * @param verb what has happened in the end: sent, or fetched
   * @param sizeBytes 0 if it is not known yet
   * @param bar drawn on the terminal, or null if there is none
   */
  ClientReport(
      PrintStream out,
      PrintStream err,
      boolean quiet,
      boolean json,
      String verb,
      String name,
      long sizeBytes,
      @Nullable ProgressBar bar) {
    this.out = out;
    this.err = err;
    this.quiet = quiet;
    this.json = json;
    this.verb = verb;
    this.name = name;
    this.sizeBytes = sizeBytes;
    this.bar = bar;
  }

  /** A server answers; there is no transfer. */
  static void answered(PrintStream out, boolean quiet, boolean json, HostPort server) {
    if (json) {
      out.println(new JsonLine(SCHEMA).put("event", "answered").put("server", server.toString()));
    } else if (!quiet) {
      out.println(server + " answers");
    }
  }

  /** Nothing answers over UDP, but there is a TCP connection. */
  void goesOnOverTcp(HostPort server) {
    if (!quiet) {
      err.println("ferry client: no answer from " + server + " over UDP; going on over TCP");
    }
  }

  void connected(HostPort server, ClientEvent.Connected event) {
    sizeBytes = event.sizeBytes();
    resumedBytes = event.resumedBytes();
    if (bar != null) {
      bar.setTotal(sizeBytes);
    }
    if (json) {
      JsonLine line =
          line("connected")
              .put("server", server.toString())
              .put("datagramBytes", event.datagramBytes())
              .put("peer", event.mode() == Mode.LAB ? "lab" : "ferry");
      out.println(
          event.mode() == Mode.FERRY
              ? line.put("mode", "ferry")
                  .put("sizeBytes", sizeBytes)
                  .put("resumedBytes", resumedBytes)
              : line);
    }
  }

  /** The transfer is going on; called often. */
  void progress(long acknowledgedBytes, long nowNs) {
    if (bar != null) {
      bar.update(acknowledgedBytes, nowNs);
    }
    if (json && (jsonProgressNs == Nanos.NEVER || nowNs - jsonProgressNs >= JSON_PROGRESS_NS)) {
      jsonProgressNs = nowNs;
      out.println(
          line("progress").put("acknowledgedBytes", acknowledgedBytes).put("sizeBytes", sizeBytes));
    }
  }

  void completed(ClientEvent.Completed event) {
    clear();
    TransferStats stats = event.stats();
    if (json) {
      JsonLine line = stats(line("completed"), stats);
      out.println(event.sha256Hex() == null ? line : line.put("sha256", event.sha256Hex()));
    } else if (!quiet) {
      String resumed =
          resumedBytes == 0 ? "" : ", " + Units.formatBytes(resumedBytes) + " of it before";
      out.println(
          String.format(
              Locale.ROOT,
              "%s '%s': %s (%d bytes%s) in %s, %s, %d retransmission(s), RTT %s",
              verb,
              Escaper.escape(name),
              Units.formatBytes(sizeBytes),
              sizeBytes,
              resumed,
              Units.formatNanos(stats.durationNs()),
              Units.formatRate(sizeBytes - resumedBytes, stats.durationNs()),
              stats.retransmissions(),
              stats.smoothedRttNs() < 0 ? "unknown" : Units.formatNanos(stats.smoothedRttNs())));
    }
  }

  void failed(String message, int exitCode, TransferStats stats) {
    clear();
    if (json) {
      out.println(stats(line("failed").put("message", message).put("exitCode", exitCode), stats));
    }
  }

  /** Takes the progress bar off the terminal. */
  void clear() {
    if (bar != null) {
      bar.end();
    }
  }

  private static JsonLine stats(JsonLine line, TransferStats stats) {
    return line.put("acknowledgedBytes", stats.acknowledgedBytes())
        .put("durationNs", stats.durationNs())
        .put("datagramsSent", stats.datagramsSent())
        .put("retransmissions", stats.retransmissions())
        .put("smoothedRttNs", stats.smoothedRttNs());
  }

  private JsonLine line(String event) {
    return new JsonLine(SCHEMA).put("event", event).put("name", name);
  }
}

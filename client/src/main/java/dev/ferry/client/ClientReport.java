package dev.ferry.client;

import dev.ferry.cli.HostPort;
import dev.ferry.cli.JsonLine;
import dev.ferry.cli.Printable;
import dev.ferry.cli.Units;
import dev.ferry.engine.TransferStats;
import dev.ferry.engine.stopwait.SenderEvent;
import dev.ferry.time.Nanos;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells the user how a transfer goes: a progress bar, a summary, or JSON lines. */
final class ClientReport {
  private static final long JSON_PROGRESS_NS = 500 * Nanos.MILLISECOND;
  private static final String SCHEMA = "ferry.client.v1";

  private final PrintStream out;
  private final boolean quiet;
  private final boolean json;
  private final String name;
  private final long sizeBytes;
  private final @Nullable ProgressBar bar;
  private long jsonProgressNs = Nanos.NEVER;

  /**
   * Reports on one transfer.
   *
   * @param bar drawn on the terminal, or null if there is none
   */
  ClientReport(
      PrintStream out,
      boolean quiet,
      boolean json,
      String name,
      long sizeBytes,
      @Nullable ProgressBar bar) {
    this.out = out;
    this.quiet = quiet;
    this.json = json;
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

  void connected(HostPort server, SenderEvent.Connected event) {
    if (json) {
      out.println(
          line("connected")
              .put("server", server.toString())
              .put("datagramBytes", event.datagramBytes())
              .put("peer", event.ownPeer() ? "ferry" : "lab"));
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

  void completed(TransferStats stats) {
    clear();
    if (json) {
      out.println(stats(line("completed"), stats));
    } else if (!quiet) {
      out.println(
          String.format(
              Locale.ROOT,
              "sent '%s': %s (%d bytes) in %s, %s, %d retransmission(s), RTT %s",
              Printable.escape(name),
              Units.formatBytes(sizeBytes),
              sizeBytes,
              Units.formatNanos(stats.durationNs()),
              Units.formatRate(sizeBytes, stats.durationNs()),
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

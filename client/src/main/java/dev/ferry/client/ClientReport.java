package dev.ferry.client;

import dev.ferry.cli.BottleneckText;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.JsonEvent;
import dev.ferry.cli.JsonLine;
import dev.ferry.cli.Units;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.client.ClientEvent.Mode;
import dev.ferry.protocol.connection.Diagnosis;
import dev.ferry.protocol.connection.HostFacts;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import dev.ferry.runtime.ClientTransfer;
import dev.ferry.runtime.TransferListener;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reports a transfer to the user: with a progress bar, a summary, or JSON lines. */
final class ClientReport implements TransferListener {
  private static final long JSON_PROGRESS_NS = 500 * Nanos.MILLISECOND;
  static final String SCHEMA = "ferry.client.v1";

  private final Console console;
  private final HostPort server;
  private final String verb;
  private final String name;
  private boolean connected;
  private boolean saidBusy;
  private boolean saidOverTcp;

  /** Whether the user has been told of the outage that goes on. */
  private boolean saidRetrying;

  private final long keepTryingNs;
  private long sizeBytes;
  private long resumedBytes;
  private boolean isEncrypted;
  private final boolean fetches;
  private final @Nullable ProgressBar bar;
  private final @Nullable StatsFile stats;
  private long jsonProgressNs = Nanos.NEVER;

  private ClientReport(
      Console console,
      HostPort server,
      ClientTransfer transfer,
      long keepTryingNs,
      @Nullable ProgressBar bar,
      @Nullable StatsFile stats) {
    this.keepTryingNs = keepTryingNs;
    this.fetches = transfer.isFetching();
    this.stats = stats;
    this.console = console;
    this.server = server;
    this.verb = transfer.isFetching() ? "fetched" : "sent";
    this.name = transfer.name();
    this.sizeBytes = transfer.sizeBytes();
    this.bar = bar;
  }

  /**
   * Creates the report of one transfer, with a progress bar if there is a terminal for it.
   *
   * @param keepTryingNs for how long the transfer is gone on with; {@link Long#MAX_VALUE} for ever
   * @param stats is told the outcome; null for none
   */
  static ClientReport of(
      Console console,
      HostPort server,
      ClientTransfer transfer,
      long keepTryingNs,
      @Nullable StatsFile stats) {
    ProgressBar bar =
        console.hasRoomForProgress()
            ? new ProgressBar(
                console.err(),
                Escaper.escape(String.valueOf(transfer.file().getFileName())),
                transfer.sizeBytes(),
                Terminal.columns())
            : null;
    return new ClientReport(console, server, transfer, keepTryingNs, bar, stats);
  }

  /** Reports that a server answers a ping. */
  static void answered(Console console, HostPort server) {
    if (console.json()) {
      console.out().println(JsonEvent.of(SCHEMA, "answered").put("server", server.toString()));
    } else if (!console.quiet()) {
      console.out().println(server + " answers");
    }
  }

  @Override
  public void goesOnOverTcp() {
    if (!saidOverTcp) {
      saidOverTcp = true;
      tell("no answer from " + server + " over UDP; going on over TCP");
    }
  }

  @Override
  public void retrying(TransferFailure failure, long withoutProgressNs, long pauseNs) {
    if (bar != null) {
      bar.retryAfter(pauseNs);
    }
    if (console.json()) {
      console
          .out()
          .println(
              line("retrying")
                  .put("cause", failure.kind().name())
                  .put("withoutProgressNs", withoutProgressNs)
                  .put("pauseNs", pauseNs));
    } else if (failure instanceof TransferFailure.Refused refused) {
      tellOfBusyServer(refused);
    } else if (connected) {
      tellOfOutage();
    }
  }

  /** Once, if the server has said when to ask again, which may be minutes from now. */
  private void tellOfBusyServer(TransferFailure.Refused refused) {
    if (refused.retryAfterSeconds() > 0 && !saidBusy) {
      saidBusy = true;
      tell(server + " is busy; it is asked again for up to two minutes");
    }
  }

  /** Once an outage, where there is no progress bar that says it all the time. */
  private void tellOfOutage() {
    if (bar == null && !saidRetrying) {
      saidRetrying = true;
      String howLong =
          keepTryingNs == Long.MAX_VALUE ? "" : ", for up to " + Units.formatNanos(keepTryingNs);
      tell("no contact with " + server + " any more; trying again" + howLong);
    }
  }

  private void tell(String line) {
    if (!console.quiet()) {
      console.err().println("ferry client: " + line);
    }
  }

  @Override
  public void connected(ClientEvent.Connected event) {
    connected = true;
    saidRetrying = false;
    sizeBytes = event.sizeBytes();
    resumedBytes = event.resumedBytes();
    isEncrypted = event.mode() == Mode.FERRY;
    if (bar != null) {
      bar.setTotal(sizeBytes);
    }
    if (console.json()) {
      console
          .out()
          .println(
              sized(
                      line("connected")
                          .put("serverKind", event.mode() == Mode.LAB ? "lab" : "ferry")
                          .put("mode", event.mode() == Mode.FERRY ? "ferry" : "lab"))
                  .put("resumedBytes", resumedBytes)
                  .put("datagramBytes", event.datagramBytes()));
    }
  }

  @Override
  public void progress(long acknowledgedBytes, long nowNs) {
    if (bar != null) {
      bar.update(acknowledgedBytes, nowNs);
    }
    if (console.json()
        && connected
        && (jsonProgressNs == Nanos.NEVER || nowNs - jsonProgressNs >= JSON_PROGRESS_NS)) {
      jsonProgressNs = nowNs;
      console.out().println(sized(line("progress").put("doneBytes", acknowledgedBytes)));
    }
  }

  /**
   * The transfer is complete.
   *
   * @param mayBeCut whether datagrams may have been cut on the way
   */
  void completed(ClientEvent.Completed event, HostFacts host, boolean mayBeCut) {
    clear();
    resumedBytes = event.resumedBytes();
    sizeBytes = sizeBytes < 0 ? event.stats().acknowledgedBytes() : sizeBytes;
    if (stats != null) {
      stats.completed(sizeBytes, event.stats(), diagnosis(event, host));
    }
    if (console.json()) {
      JsonLine line =
          stats(line("finished").put("sizeBytes", sizeBytes), event.stats())
              .put("resumedBytes", resumedBytes);
      BottleneckText.put(line, diagnosis(event, host));
      console
          .out()
          .println(event.sha256Hex() == null ? line : line.put("sha256", event.sha256Hex()));
    } else if (!console.quiet()) {
      summarize(event.stats());
      if (console.verbose()) {
        if (event.connection() != null && !fetches) {
          console.out().println(datagrams(event.connection().datagramBytes(), mayBeCut));
        }
        if (isEncrypted) {
          console.out().println(checkedBy(event.sha256Hex()));
        }
        console
            .out()
            .println(
                BottleneckText.of(
                    diagnosis(event, host), event.connection(), host, !fetches, "server"));
      }
    }
  }

  private static String checkedBy(@Nullable String sha256Hex) {
    return sha256Hex == null ? "Checked by the sums of its blocks" : "SHA-256 " + sha256Hex;
  }

  /** Those that every path carries are never cut. */
  private static String datagrams(int bytes, boolean mayBeCut) {
    boolean tells = mayBeCut && bytes > Udp.SAFE_PAYLOAD_BYTES;
    String cut = tells ? ", which may have been cut on the way" : "";
    return "Datagrams of up to " + bytes + " bytes" + cut;
  }

  private Diagnosis diagnosis(ClientEvent.Completed event, HostFacts host) {
    return event.connection() == null
        ? Diagnosis.ofStopAndWait(event.stats())
        : Diagnosis.of(event.connection(), host, !fetches);
  }

  private void summarize(TransferStats stats) {
    String resumed =
        resumedBytes == 0 ? "" : ", " + Units.formatBytes(resumedBytes) + " of it before";
    console
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%s '%s': %s (%d bytes%s) in %s, %s, %d retransmission(s), RTT %s%s",
                verb,
                Escaper.escape(name),
                Units.formatBytes(sizeBytes),
                sizeBytes,
                resumed,
                Units.formatNanos(stats.durationNs()),
                Units.formatRate(sizeBytes - resumedBytes, stats.durationNs()),
                stats.retransmissions(),
                stats.smoothedRttNs() < 0 ? "unknown" : Units.formatNanos(stats.smoothedRttNs()),
                isEncrypted ? "" : ", unencrypted"));
  }

  void failed(FailureText text, String cause, TransferStats figures) {
    clear();
    if (stats != null) {
      stats.failed(text.message(), figures);
    }
    if (console.json()) {
      console
          .out()
          .println(
              stats(line("failed"), figures)
                  .put("cause", cause)
                  .put("message", text.message())
                  .put("exitCode", text.exitCode().code()));
    }
  }

  /** Removes the progress bar from the terminal. */
  void clear() {
    if (bar != null) {
      bar.end();
    }
  }

  /** Adds what a line says of a transfer that has ended. */
  static JsonLine stats(JsonLine line, TransferStats stats) {
    return line.put("doneBytes", stats.acknowledgedBytes())
        .put("durationNs", stats.durationNs())
        .put("datagramsSent", stats.datagramsSent())
        .put("retransmissions", stats.retransmissions())
        .put("smoothedRttNs", stats.smoothedRttNs());
  }

  /** Adds the size, as far as it is known. */
  private JsonLine sized(JsonLine line) {
    return sizeBytes < 0 ? line : line.put("sizeBytes", sizeBytes);
  }

  private JsonLine line(String event) {
    return JsonEvent.of(SCHEMA, event)
        .put("server", server.toString())
        .put("name", name)
        .put("operation", fetches ? "get" : "put");
  }
}

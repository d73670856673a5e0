package dev.ferry.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ferry.cli.BottleneckText;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.FileErrors;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.JsonEvent;
import dev.ferry.cli.JsonLine;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.Diagnosis;
import dev.ferry.protocol.connection.LimitTimes;
import dev.ferry.protocol.recovery.congestion.CongestionState;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.runtime.ClientSample;
import dev.ferry.runtime.ClientTransfer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is measured of a transfer, a line of JSON for each sample (docs/statistics.md). If
 * the disk fails later on, the transfer goes on without it.
 */
final class StatsFile implements AutoCloseable {
  private static final String SCHEMA = "ferry.stats.v1";

  private final Console console;
  private final Path file;
  private final BufferedWriter out;
  private boolean fetches;
  private boolean failed;
  private @Nullable ClientSample first;
  private @Nullable ClientSample last;

  private StatsFile(Console console, Path file, BufferedWriter out) {
    this.console = console;
    this.file = file;
    this.out = out;
  }

  /**
   * Creates a file, in place of one that is there.
   *
   * @throws CommandException if that is not possible
   */
  static StatsFile create(Path file, Console console) throws CommandException {
    try {
      return new StatsFile(console, file, Files.newBufferedWriter(file, US_ASCII));
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE,
          "cannot write '" + Escaper.escape(file.toString()) + "': " + FileErrors.reason(e));
    }
  }

  /** The first line. */
  void begin(ClientTransfer transfer, HostPort server, long intervalNs) {
    fetches = transfer.isFetching();
    @Nullable String version = StatsFile.class.getPackage().getImplementationVersion();
    write(
        line("begin")
            .put("program", "ferry client " + (version == null ? "(unpackaged)" : version))
            .put("system", property("os.name") + " " + property("os.arch"))
            .put("java", property("java.version"))
            .put("processors", Runtime.getRuntime().availableProcessors())
            .put("commandLine", console.commandLine())
            .put("command", transfer.isFetching() ? "get" : "put")
            .put("name", transfer.name())
            .put("server", server.toString())
            .put("intervalNs", intervalNs));
  }

  private static String property(String key) {
    return String.valueOf(System.getProperty(key));
  }

  private static JsonLine line(String event) {
    return new JsonLine(SCHEMA).put("event", event);
  }

  /** A sample. */
  void sample(ClientSample sample) {
    if (first == null) {
      first = sample;
    }
    JsonLine line =
        line("sample")
            .put("timeNs", sample.nowNs() - first.nowNs())
            .put("doneBytes", sample.doneBytes());
    if (last != null) {
      long spanNs = Math.max(1, sample.nowNs() - last.nowNs());
      long bytes = Math.max(0, sample.doneBytes() - last.doneBytes());
      line.put("goodputBytesPerSecond", (long) ((double) bytes * Nanos.SECOND / spanNs));
    }
    if (sample.connection() != null) {
      connection(line, sample.connection());
    } else if (sample.lab() != null) {
      lab(line, sample.lab());
    } else {
      line.put("limit", "round-trip"); // The handshake.
    }
    write(line);
    last = sample;
  }

  /** The same connection at the last sample; null if that was another one. */
  private @Nullable ConnectionSnapshot before(ConnectionSnapshot now) {
    ConnectionSnapshot before = last == null ? null : last.connection();
    return before == null || before.times().totalNs() > now.times().totalNs() ? null : before;
  }

  private static void lab(JsonLine line, TransferStats stats) {
    putKnown(line, "smoothedRttNs", stats.smoothedRttNs());
    line.put("datagramsSent", stats.datagramsSent())
        .put("retransmissions", stats.retransmissions())
        .put("limit", "round-trip");
  }

  private void connection(JsonLine line, ConnectionSnapshot now) {
    ConnectionSnapshot before = before(now);
    if (fetches) {
      receiver(line, now, before);
    } else {
      sender(line, now, before);
    }
    LimitTimes times = now.times();
    line.put(
        "limit", JsonEvent.name(before == null ? times.limit() : times.mostSince(before.times())));
  }

  private static void receiver(
      JsonLine line, ConnectionSnapshot now, @Nullable ConnectionSnapshot before) {
    putKnown(line, "smoothedRttNs", now.smoothedRttNs());
    putKnown(line, "minRttNs", now.minRttNs());
    line.put("packetsReceived", now.packetsReceived()).put("packetsMissing", now.packetsMissing());
    if (before != null) {
      recentLoss(
          line,
          now.packetsMissing() - before.packetsMissing(),
          now.packetsReceived() - before.packetsReceived());
    }
  }

  private static void sender(
      JsonLine line, ConnectionSnapshot now, @Nullable ConnectionSnapshot before) {
    line.put("sentBytes", now.sentBytes()).put("lostBytes", now.lostBytes());
    putKnown(line, "bandwidthBytesPerSecond", now.view().bandwidthBytesPerSecond());
    putKnown(line, "pacingBytesPerSecond", now.pacingBytesPerSecond());
    putKnown(line, "smoothedRttNs", now.smoothedRttNs());
    long modelsMinNs = now.view().minRttNs();
    putKnown(line, "minRttNs", modelsMinNs < 0 ? now.minRttNs() : modelsMinNs);
    putKnown(line, "queueNs", now.view().queueNs());
    if (now.view().backgroundLoss() >= 0) {
      line.put("backgroundLoss", now.view().backgroundLoss());
    }
    if (before != null) {
      recentLoss(
          line,
          now.lostBytes() - before.lostBytes(),
          now.deliveredBytes() - before.deliveredBytes());
    }
    if (now.state() != CongestionState.UNCONTROLLED) {
      line.put("windowBytes", now.windowBytes());
    }
    line.put("inFlightBytes", now.inFlightBytes())
        .put("state", JsonEvent.name(now.state()))
        .put("datagramBytes", now.datagramBytes());
  }

  /** The share of what has been decided since the sample before. */
  private static void recentLoss(JsonLine line, long moreLost, long moreArrived) {
    long lost = Math.max(0, moreLost); // Some may have arrived after all.
    long arrived = Math.max(0, moreArrived);
    if (lost + arrived > 0) {
      line.put("recentLoss", (double) lost / (lost + arrived));
    }
  }

  private static void putKnown(JsonLine line, String key, long value) {
    if (value >= 0) {
      line.put(key, value);
    }
  }

  /**
   * The last line of a transfer that has completed.
   *
   * @param found what limited it; null if that is not known
   */
  void completed(long sizeBytes, TransferStats stats, @Nullable Diagnosis found) {
    JsonLine line = figures("completed", stats).put("sizeBytes", sizeBytes);
    if (found != null) {
      BottleneckText.put(line, found);
    }
    write(line);
  }

  /** The last line of a transfer that has failed. */
  void failed(String message, TransferStats stats) {
    write(figures("failed", stats).put("message", message));
  }

  private static JsonLine figures(String result, TransferStats stats) {
    return line("end")
        .put("result", result)
        .put("durationNs", stats.durationNs())
        .put("doneBytes", stats.acknowledgedBytes())
        .put("datagramsSent", stats.datagramsSent())
        .put("retransmissions", stats.retransmissions());
  }

  private void write(JsonLine line) {
    if (failed) {
      return;
    }
    try {
      out.write(line + "\n");
      out.flush();
    } catch (IOException e) {
      failed = true;
      console
          .err()
          .println(
              "ferry client: no more statistics in '"
                  + Escaper.escape(file.toString())
                  + "': "
                  + FileErrors.reason(e));
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      failed = true; // Every line was flushed, or its failure told.
    }
  }
}

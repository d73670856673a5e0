package dev.ferry.client;

import dev.ferry.cli.BottleneckText;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.JsonLine;
import dev.ferry.cli.StatsLine;
import dev.ferry.cli.StatsWriter;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.Diagnosis;
import dev.ferry.runtime.ClientSample;
import dev.ferry.runtime.ClientTransfer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is measured of a transfer, a line of JSON for each sample (docs/statistics.md). If
 * the disk fails later on, the transfer goes on without it.
 */
final class StatsFile implements AutoCloseable {
  private static final String PROGRAM = "ferry client";

  private final Console console;
  private final StatsWriter out;
  private boolean fetches;
  private @Nullable ClientSample first;
  private @Nullable ClientSample last;

  private StatsFile(Console console, StatsWriter out) {
    this.console = console;
    this.out = out;
  }

  /**
   * Creates a file, in place of one that is there.
   *
   * @throws CommandException if that is not possible
   */
  static StatsFile create(Path file, Console console) throws CommandException {
    return new StatsFile(
        console, StatsWriter.create(PROGRAM, file, StatsWriter.UNLIMITED, console.err()));
  }

  /** The first line. */
  void begin(ClientTransfer transfer, HostPort server, long intervalNs) {
    fetches = transfer.isFetching();
    out.write(
        StatsLine.begin(PROGRAM, StatsFile.class)
            .put("commandLine", console.commandLine())
            .put("command", transfer.isFetching() ? "get" : "put")
            .put("name", transfer.name())
            .put("server", server.toString())
            .put("intervalNs", intervalNs));
  }

  /** A sample. */
  void sample(ClientSample sample) {
    if (first == null) {
      first = sample;
    }
    JsonLine line =
        StatsLine.of("sample")
            .put("timeNs", sample.nowNs() - first.nowNs())
            .put("doneBytes", sample.doneBytes());
    if (last != null) {
      long bytes = sample.doneBytes() - last.doneBytes();
      StatsLine.putGoodput(line, bytes, sample.nowNs() - last.nowNs());
    }
    if (sample.connection() != null) {
      StatsLine.put(line, sample.connection(), before(sample.connection()), !fetches);
    } else if (sample.lab() != null) {
      lab(line, sample.lab());
    } else {
      line.put("limit", "round-trip"); // The handshake.
    }
    out.write(line);
    last = sample;
  }

  /** The same connection at the last sample; null if that was another one. */
  private @Nullable ConnectionSnapshot before(ConnectionSnapshot now) {
    ConnectionSnapshot before = last == null ? null : last.connection();
    return before == null || before.times().totalNs() > now.times().totalNs() ? null : before;
  }

  private static void lab(JsonLine line, TransferStats stats) {
    StatsLine.putKnown(line, "smoothedRttNs", stats.smoothedRttNs());
    line.put("datagramsSent", stats.datagramsSent())
        .put("retransmissions", stats.retransmissions())
        .put("limit", "round-trip");
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
    out.write(line);
  }

  /** The last line of a transfer that has failed. */
  void failed(String message, TransferStats stats) {
    out.write(figures("failed", stats).put("message", message));
  }

  private static JsonLine figures(String result, TransferStats stats) {
    return StatsLine.putEnd(StatsLine.of("end"), result, stats);
  }

  @Override
  public void close() {
    out.close();
  }
}

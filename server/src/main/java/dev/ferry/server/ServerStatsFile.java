package dev.ferry.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ferry.cli.BottleneckText;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.FileErrors;
import dev.ferry.cli.JsonEvent;
import dev.ferry.cli.JsonLine;
import dev.ferry.cli.StatsLine;
import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.Diagnosis;
import dev.ferry.protocol.connection.HostFacts;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.server.ServerEvent;
import dev.ferry.protocol.server.ServerSample;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is measured of the transfers of Ferry mode, a line of JSON for each sample of each of
 * them (docs/statistics.md). If the disk fails later on, the server goes on without it. Not
 * thread-safe.
 */
final class ServerStatsFile implements AutoCloseable {
  /** A transfer, and its last sample. */
  private static final class Course {
    long firstNs;
    long lastNs;
    @Nullable ConnectionSnapshot last;
  }

  private final Path file;
  private final BufferedWriter out;
  private final PrintStream err;

  /** The transfers that have started and are not over, by their connections. */
  private final Map<Long, Course> courses = new HashMap<>();

  private long flushedNs = Nanos.NEVER;
  private boolean failed;

  private ServerStatsFile(Path file, BufferedWriter out, PrintStream err) {
    this.file = file;
    this.out = out;
    this.err = err;
  }

  /**
   * Creates a file, in place of one that is there, and writes its first line.
   *
   * @throws CommandException if that is not possible
   */
  static ServerStatsFile create(Path file, long intervalNs, PrintStream err)
      throws CommandException {
    try {
      ServerStatsFile created =
          new ServerStatsFile(file, Files.newBufferedWriter(file, US_ASCII), err);
      created.write(
          StatsLine.begin("ferry server", ServerStatsFile.class).put("intervalNs", intervalNs));
      created.flush();
      return created;
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE,
          "cannot write '" + Escaper.escape(file.toString()) + "': " + FileErrors.reason(e));
    }
  }

  private static JsonLine line(String event, long connection) {
    return StatsLine.of(event).put("connection", connection);
  }

  /** A sample; all samples of one instant are flushed together. */
  void sample(ServerSample sample) {
    Course course = courses.get(sample.number());
    if (course != null) {
      sample(course, sample);
    }
  }

  private void sample(Course course, ServerSample sample) {
    if (sample.nowNs() != flushedNs) {
      flush();
      flushedNs = sample.nowNs();
    }
    ConnectionSnapshot before = course.last;
    if (before == null) {
      course.firstNs = sample.nowNs();
    }
    ConnectionSnapshot now = sample.connection();
    JsonLine line =
        line("sample", sample.number())
            .put("timeNs", sample.nowNs() - course.firstNs)
            .put("doneBytes", now.doneBytes());
    if (before != null) {
      StatsLine.putGoodput(
          line, now.doneBytes() - before.doneBytes(), sample.nowNs() - course.lastNs);
    }
    write(StatsLine.put(line, now, before, sample.sends()));
    course.last = now;
    course.lastNs = sample.nowNs();
  }

  /** What has become of a transfer. */
  void event(ServerEvent reported, long nowNs) {
    if (!(reported instanceof ServerEvent.Ferry ferry)) {
      return;
    }
    TransferEvent event = ferry.event();
    switch (event.kind()) {
      case STARTED -> started(ferry, (TransferEvent.Started) event);
      case FINISHED -> finished(ferry, (TransferEvent.Finished) event, nowNs);
      case FAILED -> failed(ferry, (TransferEvent.Failed) event);
    }
    flush();
  }

  private void started(ServerEvent.Ferry ferry, TransferEvent.Started event) {
    courses.put(ferry.connection(), new Course());
    write(
        line("connection", ferry.connection())
            .put("peer", JsonEvent.address(ferry.peer()))
            .put("command", JsonEvent.name(event.operation()))
            .put("name", event.name())
            .put("sizeBytes", event.sizeBytes())
            .put("resumedBytes", event.resumedBytes()));
  }

  private void finished(ServerEvent.Ferry ferry, TransferEvent.Finished event, long nowNs) {
    Course course = courses.remove(ferry.connection());
    boolean sends = event.operation() == Operation.GET;
    if (course != null) {
      sample(course, new ServerSample(nowNs, ferry.connection(), sends, event.connection()));
    }
    JsonLine line =
        StatsLine.putEnd(line("end", ferry.connection()), "completed", event.stats())
            .put("sizeBytes", event.sizeBytes());
    write(BottleneckText.put(line, Diagnosis.of(event.connection(), HostFacts.UNKNOWN, sends)));
  }

  private void failed(ServerEvent.Ferry ferry, TransferEvent.Failed event) {
    if (courses.remove(ferry.connection()) != null) {
      write(
          StatsLine.putEnd(line("end", ferry.connection()), "failed", event.stats())
              .put("message", event.failure().kind().name()));
    }
  }

  private void write(JsonLine line) {
    if (failed) {
      return;
    }
    try {
      out.write(line + "\n");
    } catch (IOException e) {
      fail(e);
    }
  }

  private void flush() {
    if (failed) {
      return;
    }
    try {
      out.flush();
    } catch (IOException e) {
      fail(e);
    }
  }

  private void fail(IOException cause) {
    failed = true;
    err.println(
        "ferry server: no more statistics in '"
            + Escaper.escape(file.toString())
            + "': "
            + FileErrors.reason(cause));
  }

  @Override
  public void close() {
    flush();
    try {
      out.close();
    } catch (IOException e) {
      failed = true; // Every line was flushed, or its failure told.
    }
  }
}

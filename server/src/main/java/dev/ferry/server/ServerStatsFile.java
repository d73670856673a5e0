package dev.ferry.server;

import dev.ferry.cli.BottleneckText;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.JsonEvent;
import dev.ferry.cli.JsonLine;
import dev.ferry.cli.StatsLine;
import dev.ferry.cli.StatsWriter;
import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.Diagnosis;
import dev.ferry.protocol.connection.HostFacts;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.server.ServerEvent;
import dev.ferry.protocol.server.ServerLimits;
import dev.ferry.protocol.server.ServerLoad;
import dev.ferry.protocol.server.ServerMemory;
import dev.ferry.protocol.server.ServerSample;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes how full the server is, and what is measured of the transfers of Ferry mode, a line of
 * JSON for each sample of each of them (docs/statistics.md), of no more than {@value #MAX_MEASURED}
 * at a time: strangers can make any number. If the disk fails later on, the server goes on without
 * it. Not thread-safe.
 */
final class ServerStatsFile implements AutoCloseable {
  private static final String PROGRAM = "ferry server";

  /** How many transfers are measured at a time. */
  static final int MAX_MEASURED = 100;

  /** A transfer, and its last sample. */
  private static final class Course {
    long firstNs;
    long lastNs;
    @Nullable ConnectionSnapshot last;

    /** The number of the file in its connection. */
    final int file;

    Course(int file) {
      this.file = file;
    }
  }

  private final StatsWriter out;

  /** The transfers that are measured, have started and are not over, by their connections. */
  private final Map<Long, Course> courses = new HashMap<>();

  /** The last line about the server as a whole. */
  private @Nullable ServerLoad load;

  /** How many were not measured since the last one that was. */
  private long leftOut;

  private ServerStatsFile(StatsWriter out) {
    this.out = out;
  }

  /**
   * Creates a file, in place of one that is there, and writes its first line.
   *
   * @throws CommandException if that is not possible
   */
  static ServerStatsFile create(Path file, long intervalNs, long maxBytes, PrintStream err)
      throws CommandException {
    ServerStatsFile created = new ServerStatsFile(StatsWriter.create(PROGRAM, file, maxBytes, err));
    created.out.write(
        StatsLine.begin(PROGRAM, ServerStatsFile.class).put("intervalNs", intervalNs));
    return created;
  }

  private static JsonLine line(String event, long connection) {
    return StatsLine.of(event).put("connection", connection);
  }

  /** The limits of what {@link #load} tells. */
  void limits(ServerMemory most) {
    ServerLimits limits = most.limits();
    out.write(
        StatsLine.of("limits")
            .put("heapBytes", most.heapBytes())
            .put("labStarts", limits.halfOpen())
            .put("labRemembered", limits.remembered())
            .put("labFiles", limits.sessions())
            .put("files", limits.sessions())
            .put("filesPerNetwork", limits.sessionsPerAddress())
            .put("connections", most.connections())
            .put("streams", most.streams())
            .put("halfOpen", most.halfOpen())
            .put("heldBytes", most.peersBytes()));
  }

  /** How full the server is, if that has changed. */
  void load(ServerLoad now) {
    if (now.equals(load)) {
      return;
    }
    load = now;
    out.write(
        StatsLine.of("load")
            .put("labPeers", now.labPeers())
            .put("labFiles", now.labFiles())
            .put("files", now.files())
            .put("connections", now.connections())
            .put("streams", now.streams())
            .put("halfOpen", now.halfOpen())
            .put("heldBytes", now.heldBytes())
            .put("handshakes", now.handshakes()));
  }

  /** A sample. */
  void sample(ServerSample sample) {
    Course course = courses.get(sample.number());
    if (course != null) {
      sample(course, sample);
    }
  }

  private void sample(Course course, ServerSample sample) {
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
    out.write(StatsLine.put(line, now, before, sample.sends()));
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
  }

  /** Of the files of one connection, one is measured at a time. */
  private void started(ServerEvent.Ferry ferry, TransferEvent.Started event) {
    if (courses.containsKey(ferry.connection())) {
      return;
    }
    if (courses.size() == MAX_MEASURED) {
      leftOut++;
      return;
    }
    if (leftOut > 0) {
      out.write(StatsLine.of("left-out").put("connections", leftOut));
      leftOut = 0;
    }
    courses.put(ferry.connection(), new Course(event.file()));
    JsonLine line =
        line("connection", ferry.connection())
            .put("peer", JsonEvent.address(ferry.peer()))
            .put("command", JsonEvent.name(event.operation()))
            .put("name", event.name());
    if (event.sizeBytes() >= 0) {
      line.put("sizeBytes", event.sizeBytes()); // Of a stream it is known at the end.
    }
    out.write(line.put("resumedBytes", event.resumedBytes()));
  }

  /** The course of the file of an event, which ends; null if that file is not measured. */
  private @Nullable Course remove(ServerEvent.Ferry ferry) {
    Course course = courses.get(ferry.connection());
    if (course == null || course.file != ferry.event().file()) {
      return null;
    }
    courses.remove(ferry.connection());
    return course;
  }

  private void finished(ServerEvent.Ferry ferry, TransferEvent.Finished event, long nowNs) {
    Course course = remove(ferry);
    if (course == null) {
      return;
    }
    boolean sends = event.operation() != Operation.PUT;
    sample(course, new ServerSample(nowNs, ferry.connection(), sends, event.connection()));
    JsonLine line =
        StatsLine.putEnd(line("end", ferry.connection()), "completed", event.stats())
            .put("sizeBytes", event.sizeBytes());
    out.write(BottleneckText.put(line, Diagnosis.of(event.connection(), HostFacts.UNKNOWN, sends)));
  }

  private void failed(ServerEvent.Ferry ferry, TransferEvent.Failed event) {
    if (remove(ferry) != null) {
      out.write(
          StatsLine.putEnd(line("end", ferry.connection()), "failed", event.stats())
              .put("message", event.failure().kind().name()));
    }
  }

  @Override
  public void close() {
    out.close();
  }
}

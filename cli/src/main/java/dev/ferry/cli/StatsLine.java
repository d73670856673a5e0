package dev.ferry.cli;

import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.LimitTimes;
import dev.ferry.protocol.recovery.congestion.CongestionState;
import dev.ferry.protocol.util.Nanos;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The lines of a file of statistics (docs/statistics.md), whichever end writes them. */
public final class StatsLine {
  private static final String SCHEMA = "ferry.stats.v1";

  private StatsLine() {}

  /**
   * How often is measured, as the user says, in nanoseconds.
   *
   * @param file where to; null for nowhere
   * @param chosen how often; null if the user does not say
   * @param usualNs how often then
   * @throws CommandException if it is out of range, or given without a file
   */
  public static long intervalNs(@Nullable Path file, @Nullable TimeSpan chosen, long usualNs)
      throws CommandException {
    if (chosen == null) {
      return usualNs;
    }
    if (file == null) {
      throw new CommandException(ExitCode.USAGE, "--stats-interval needs --stats FILE");
    }
    long ns = chosen.nanos();
    if (ns < Nanos.MILLISECOND || ns > 3600 * Nanos.SECOND) {
      throw new CommandException(ExitCode.USAGE, "--stats-interval must be between 1ms and 1h");
    }
    return ns;
  }

  /** Begins a line. */
  public static JsonLine of(String event) {
    return new JsonLine(SCHEMA).put("event", event);
  }

  /**
   * The first line of a file.
   *
   * @param program its name, to which its version is added
   * @param main a class of it
   */
  public static JsonLine begin(String program, Class<?> main) {
    @Nullable String version = main.getPackage().getImplementationVersion();
    return of("begin")
        .put("program", program + " " + (version == null ? "(unpackaged)" : version))
        .put("system", property("os.name") + " " + property("os.arch"))
        .put("java", property("java.version"))
        .put("processors", Runtime.getRuntime().availableProcessors());
  }

  private static String property(String key) {
    return String.valueOf(System.getProperty(key));
  }

  /**
   * Adds how fast content arrived; returns the object.
   *
   * @param bytes since the sample before
   */
  public static JsonLine putGoodput(JsonLine line, long bytes, long spanNs) {
    double perSecond = (double) Math.max(0, bytes) * Nanos.SECOND / Math.max(1, spanNs);
    return line.put("goodputBytesPerSecond", (long) perSecond);
  }

  /**
   * Adds what is known of a connection of Ferry mode; returns the object.
   *
   * @param before the same connection at the sample before; null if this is the first one
   * @param sends whether this end sends the file
   */
  public static JsonLine put(
      JsonLine line, ConnectionSnapshot now, @Nullable ConnectionSnapshot before, boolean sends) {
    if (sends) {
      sender(line, now, before);
    } else {
      receiver(line, now, before);
    }
    LimitTimes times = now.times();
    return line.put(
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

  /** Adds a number unless it is −1, which stands for what is not known; returns the object. */
  public static JsonLine putKnown(JsonLine line, String key, long value) {
    return value >= 0 ? line.put(key, value) : line;
  }

  /** Adds the figures of a transfer that is over; returns the object. */
  public static JsonLine putEnd(JsonLine line, String result, TransferStats stats) {
    return line.put("result", result)
        .put("durationNs", stats.durationNs())
        .put("doneBytes", stats.acknowledgedBytes())
        .put("datagramsSent", stats.datagramsSent())
        .put("retransmissions", stats.retransmissions());
  }
}

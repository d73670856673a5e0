package dev.ferry.cli;

import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.Diagnosis;
import dev.ferry.protocol.connection.HostFacts;
import dev.ferry.protocol.util.Nanos;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what limited a transfer. */
public final class BottleneckText {
  private BottleneckText() {}

  /** Adds it to an object; returns the object. */
  public static JsonLine put(JsonLine line, Diagnosis found) {
    return line.put("limitedBy", JsonEvent.name(found.bottleneck()))
        .put("limitedShare", found.share());
  }

  /**
   * A line for people that goes on after the subject.
   *
   * @param end the connection at its end; null in lab mode
   * @param sends whether this end sent the file
   * @param peer what the other end is called
   */
  public static String of(
      Diagnosis found,
      @Nullable ConnectionSnapshot end,
      HostFacts host,
      boolean sends,
      String peer) {
    return "limited by "
        + cause(found, end, host, sends, peer)
        + String.format(Locale.ROOT, " (%.0f %% of the time)", 100 * found.share());
  }

  private static String cause(
      Diagnosis found,
      @Nullable ConnectionSnapshot end,
      HostFacts host,
      boolean sends,
      String peer) {
    String own = "of this machine";
    String other = "of the " + peer;
    return switch (found.bottleneck()) {
      case PATH_RATE -> "the rate of the path" + rate(end);
      case PATH_LOSS -> "the loss of the path" + loss(end);
      case MAX_RATE -> "--max-rate of this end";
      case PEERS_MAX_RATE -> "--max-rate " + other;
      case RECEIVER_DISK -> "the disk " + (sends ? other : own) + ", which receives";
      case SENDER_DISK -> "the disk " + (sends ? own : other) + ", which sends";
      case CPU -> "a processor " + own;
      case RECEIVE_BUFFER ->
          "the receive buffer of this machine's sockets, which lost "
              + host.droppedDatagrams()
              + " datagrams: raise net.core.rmem_max";
      case ROUND_TRIPS -> "round trips" + roundTrip(end);
      case OTHER_END -> "the path or the " + peer + ", which sends and knows more";
    };
  }

  private static String rate(@Nullable ConnectionSnapshot end) {
    long bytesPerSecond = end == null ? -1 : end.view().bandwidthBytesPerSecond();
    return bytesPerSecond < 0
        ? ""
        : String.format(Locale.ROOT, ", %.1f Mbit/s", bytesPerSecond * 8e-6);
  }

  private static String loss(@Nullable ConnectionSnapshot end) {
    return end == null ? "" : String.format(Locale.ROOT, ", %.1f %%", 100 * end.lossShare());
  }

  private static String roundTrip(@Nullable ConnectionSnapshot end) {
    if (end == null) {
      return ": lab mode sends one datagram in each";
    }
    return end.smoothedRttNs() < Nanos.MICROSECOND
        ? ""
        : " of " + Units.formatNanos(end.smoothedRttNs());
  }
}

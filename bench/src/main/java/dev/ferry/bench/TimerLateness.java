package dev.ferry.bench;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.UdpTransport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * How late the deadlines of an engine are met by the event loop, and which share of a core that
 * costs: for the waits of a pacer, and for longer ones.
 *
 * <p>Usage: {@code TimerLateness SECONDS}. The first second of each measurement does not count.
 */
public final class TimerLateness {
  private static final long[][] WAITS_US = {{20, 250}, {250, 1_000}, {1_000, 20_000}};

  private TimerLateness() {}

  /** Prints one line for each range of waits. */
  public static void main(String[] args) throws IOException {
    long seconds = Long.parseLong(args[0]);
    for (long[] range : WAITS_US) {
      measure(range[0] * Nanos.MICROSECOND, range[1] * Nanos.MICROSECOND, seconds);
    }
  }

  private static void measure(long leastNs, long mostNs, long seconds) throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (DatagramChannel channel = DatagramChannel.open().bind(anyPort);
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      Alarm alarm = new Alarm(leastNs, mostNs, seconds, loop);
      loop.add(new UdpTransport<>(channel, alarm, (event, nowNs) -> {}));
      loop.run();
      alarm.print();
    }
  }

  /** Sets one deadline after the other. */
  private static final class Alarm implements Engine<Object> {
    private final SplittableRandom random = new SplittableRandom(1);
    private final long[] lateNs = new long[1_000_000];
    private final long leastNs;
    private final long mostNs;
    private final EventLoop loop;
    private final long countsFromNs;
    private final long untilNs;
    private long deadlineNs;
    private long cpuNs = -1;
    private int count;

    Alarm(long leastNs, long mostNs, long seconds, EventLoop loop) {
      this.leastNs = leastNs;
      this.mostNs = mostNs;
      this.loop = loop;
      this.deadlineNs = System.nanoTime() + leastNs;
      this.countsFromNs = System.nanoTime() + Nanos.SECOND;
      this.untilNs = countsFromNs + seconds * Nanos.SECOND;
    }

    @Override
    public void onTimeout(long turnNs) {
      long nowNs = System.nanoTime();
      if (nowNs - deadlineNs < 0) {
        return;
      }
      if (nowNs - countsFromNs >= 0) {
        if (cpuNs < 0) {
          cpuNs = threadCpuNs();
        }
        if (count < lateNs.length) {
          lateNs[count++] = nowNs - deadlineNs;
        }
      }
      if (nowNs - untilNs >= 0) {
        cpuNs = threadCpuNs() - cpuNs;
        loop.stop();
      }
      deadlineNs = System.nanoTime() + random.nextLong(leastNs, mostNs);
    }

    private static long threadCpuNs() {
      return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    void print() {
      Arrays.sort(lateNs, 0, count);
      System.out.printf(
          Locale.ROOT,
          "waits of %.2f to %.2f ms: late by %s us (median, 90, 99, 99.9 %%, most) of %d;"
              + " %.1f %% of a core%n",
          leastNs / 1e6,
          mostNs / 1e6,
          quantiles(),
          count,
          cpuNs * 100.0 / (untilNs - countsFromNs));
    }

    private String quantiles() {
      StringBuilder text = new StringBuilder();
      for (double share : new double[] {0.5, 0.9, 0.99, 0.999, 1}) {
        text.append(text.length() == 0 ? "" : ", ")
            .append(lateNs[(int) ((count - 1) * share)] / Nanos.MICROSECOND);
      }
      return text.toString();
    }

    @Override
    public long nextTimeout() {
      return deadlineNs;
    }

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {}

    @Override
    public void onUnreachable(long nowNs) {}

    @Override
    public void onDisconnected(long nowNs) {}

    @Override
    public boolean pollTransmit(long nowNs, Transmit transmit) {
      return false;
    }

    @Override
    public @Nullable Object pollEvent() {
      return null;
    }

    @Override
    public boolean isEnded() {
      return false;
    }
  }
}

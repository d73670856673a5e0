package dev.ferry.netsim;

import dev.ferry.netsim.Fate.Delivery;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a path: decides what becomes of datagrams, and keeps those that may be replayed.
 * Not thread-safe.
 */
public final class ImpairedPath {
  private final Impairer impairer;
  private final @Nullable ByteBuffer[] recent = new ByteBuffer[Impairer.REPLAY_WINDOW + 1];

  /** Creates a path; its clock starts with the first datagram, unless it is started before. */
  public ImpairedPath(ImpairmentSpec spec, long seed) {
    this.impairer = new Impairer(spec, seed);
  }

  /** Starts the clock of what happens on schedule, such as a blackhole; only once. */
  public void start(long nowNs) {
    impairer.start(nowNs);
  }

  /** Changes what is done from the next datagram on. */
  public void reconfigure(ImpairmentSpec spec) {
    impairer.reconfigure(spec);
  }

  /**
   * Decides on a datagram, and keeps it for as long as it may be replayed.
   *
   * @param payload taken over; not to be changed any more
   */
  public Fate decide(ByteBuffer payload, long nowNs) {
    Fate fate = impairer.next(payload.remaining(), nowNs);
    recent[index(fate.number())] = payload;
    return fate;
  }

  /** The content of a delivery of the last decision; not to be changed. */
  public ByteBuffer content(Delivery delivery) {
    ByteBuffer whole = Objects.requireNonNull(recent[index(delivery.number())]);
    int bytes = Math.min(whole.remaining(), delivery.keptBytes());
    int flipped = delivery.flippedBit();
    if (flipped < 0) {
      return whole.slice(0, bytes);
    }
    ByteBuffer damaged = ByteBuffer.allocate(whole.remaining()).put(whole.duplicate()).flip();
    int at = flipped / Byte.SIZE;
    damaged.put(at, (byte) (damaged.get(at) ^ (1 << (flipped % Byte.SIZE))));
    return damaged.limit(bytes);
  }

  private int index(long number) {
    return (int) (number % recent.length);
  }
}

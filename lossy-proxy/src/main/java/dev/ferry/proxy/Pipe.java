package dev.ferry.proxy;

import dev.ferry.impair.Fate;
import dev.ferry.impair.Fate.Delivery;
import dev.ferry.impair.Impairer;
import dev.ferry.impair.ImpairmentSpec;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One direction of one flow: its impairments, and what of it may be replayed. */
final class Pipe {
  private final Impairer impairer;
  private final @Nullable ByteBuffer[] recent = new ByteBuffer[Impairer.REPLAY_WINDOW + 1];

  Pipe(ImpairmentSpec spec, long seed) {
    this.impairer = new Impairer(spec, seed);
  }

  /** Changes what is done from the next datagram on. */
  void reconfigure(ImpairmentSpec spec) {
    impairer.reconfigure(spec);
  }

  /** Decides on a datagram, and keeps it for as long as it may be replayed. */
  Fate decide(ByteBuffer payload, long nowNs) {
    Fate fate = impairer.next(payload.remaining(), nowNs);
    recent[index(fate.number())] = payload;
    return fate;
  }

  /** What arrives with a delivery of the last decision, or null if it is forgotten. */
  @Nullable ByteBuffer content(Delivery delivery) {
    ByteBuffer whole = recent[index(delivery.number())];
    if (whole == null) {
      return null;
    }
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

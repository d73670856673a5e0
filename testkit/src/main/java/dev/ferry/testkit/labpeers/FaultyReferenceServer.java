package dev.ferry.testkit.labpeers;

import java.net.InetSocketAddress;
import java.util.SplittableRandom;

/** The lab's fault-injecting server: it loses one acknowledgement in twenty. */
public final class FaultyReferenceServer extends ReferenceServer {
  private static final double DROPPED = 0.05;

  private final SplittableRandom random;

  /** Creates a server without files. */
  public FaultyReferenceServer(SplittableRandom random) {
    this.random = random;
  }

  @Override
  void send(String datagram, InetSocketAddress to) {
    if (random.nextDouble() >= DROPPED) {
      super.send(datagram, to);
    }
  }
}

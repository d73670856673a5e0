package dev.ferry.testkit.labpeers;

import java.net.InetSocketAddress;
import java.util.SplittableRandom;

/** The lab's fault-injecting client: it starts at 39 and loses one in twenty of what it sends. */
public final class FaultyReferenceClient extends ReferenceClient {
  private static final int SEQNO0 = 39;
  private static final double DROPPED = 0.05;

  private final SplittableRandom random;

  /** Prepares an upload. */
  public FaultyReferenceClient(
      InetSocketAddress server, String name, byte[] content, SplittableRandom random) {
    super(server, SEQNO0, name, content);
    this.random = random;
  }

  @Override
  void send(String datagram, InetSocketAddress to) {
    if (random.nextDouble() >= DROPPED) {
      super.send(datagram, to);
    }
  }
}

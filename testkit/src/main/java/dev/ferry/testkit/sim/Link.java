package dev.ferry.testkit.sim;

import dev.ferry.netsim.Fate;
import dev.ferry.netsim.Fate.Delivery;
import dev.ferry.netsim.ImpairedPath;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.netsim.ImpairmentSpec.Blackhole;
import java.nio.ByteBuffer;

/** One direction of the path between two hosts. */
public final class Link {
  private final ImpairedPath path;
  private ImpairmentSpec spec;
  private boolean cut;

  Link(ImpairmentSpec spec, long seed) {
    this.spec = spec;
    this.path = new ImpairedPath(spec, seed);
  }

  /** Receives what arrives. */
  interface Arrivals {
    /**
     * One copy arrives.
     *
     * @param atNs the time of arrival
     * @param datagram the payload; not to be changed
     */
    void arrive(long atNs, byte[] datagram);
  }

  /** From now on the path behaves like this; what is under way is not affected. */
  public void impair(ImpairmentSpec changed) {
    spec = changed;
    path.reconfigure(changed);
  }

  /** Whether it is down from time to time. */
  boolean hasOutages() {
    return !spec.blackhole().equals(Blackhole.NEVER);
  }

  /** Sets the time at which its schedules began; only before the first datagram. */
  void startSchedule(long sinceNs) {
    path.start(sinceNs);
  }

  /** A black hole: from now on everything is lost. */
  public void cut() {
    cut = true;
  }

  /** The path is back. */
  public void restore() {
    cut = false;
  }

  /** Whether a host that moves on this path changes its IP address, and not only the port. */
  boolean changesAddresses() {
    return spec.rebinding().address();
  }

  /** Decides on one datagram; null while the path is cut. */
  Fate decide(byte[] datagram, long nowNs) {
    return cut ? null : path.decide(ByteBuffer.wrap(datagram).asReadOnlyBuffer(), nowNs);
  }

  /** Tells what arrives by the last decision. */
  void deliver(Fate fate, Arrivals arrivals) {
    for (Delivery delivery : fate.deliveries()) {
      ByteBuffer content = path.content(delivery);
      byte[] arriving = new byte[content.remaining()];
      content.get(content.position(), arriving);
      arrivals.arrive(delivery.atNs(), arriving);
    }
  }
}

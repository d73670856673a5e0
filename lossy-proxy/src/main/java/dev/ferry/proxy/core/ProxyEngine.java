package dev.ferry.proxy.core;

import dev.ferry.netsim.DelayLine;
import dev.ferry.netsim.Fate;
import dev.ferry.netsim.Fate.Delivery;
import dev.ferry.netsim.ImpairedPath;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.netsim.ImpairmentSpec.Blackhole;
import dev.ferry.netsim.Selection;
import dev.ferry.protocol.util.Nanos;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the proxy does to datagrams, without sockets and clocks: datagrams and the time go
 * in, datagrams come out when they are due. The same seed, datagrams and times give the same
 * result. Not thread-safe.
 */
public final class ProxyEngine {
  /** The most bytes that may be inside at the same time; the rest is dropped. */
  public static final long MAX_HELD_BYTES = 64L << 20;

  /** The bytes that a datagram costs besides its payload. */
  public static final int HELD_OVERHEAD_BYTES = 256;

  /** A path that is never up. */
  private static final Blackhole ALWAYS = new Blackhole(0, 1);

  private final long seed;
  private final int maxFlows;
  private final long idleNs;
  private final Map<InetSocketAddress, Flow> flows = new LinkedHashMap<>(16, 0.75f, true);
  private final DelayLine<Arrival> arrivals = new DelayLine<>();
  private final Counters upCounters = new Counters();
  private final Counters downCounters = new Counters();
  private final List<Tap> taps = new ArrayList<>();
  private ImpairmentSpec up;
  private ImpairmentSpec down;
  private boolean paused;
  private boolean blackhole;
  private long heldBytes;
  private long flowCount;

  /**
   * Creates it without flows.
   *
   * @param idleNs a flow ends when its client and the server have been silent for this long
   */
  public ProxyEngine(ImpairmentSpec up, ImpairmentSpec down, long seed, int maxFlows, long idleNs) {
    this.up = up;
    this.down = down;
    this.seed = seed;
    this.maxFlows = maxFlows;
    this.idleNs = idleNs;
  }

  /** Adds a tap, which is told from now on what goes in and out. */
  public void attach(Tap tap) {
    taps.add(tap);
  }

  /** The client's flow, or null if it has none. */
  public @Nullable Flow flow(InetSocketAddress client) {
    return flows.get(client);
  }

  /** Flows that have not ended. */
  public int flowCount() {
    return flows.size();
  }

  /** Whether clients that move change their IP address, and not only their port. */
  public boolean changesAddresses() {
    return up.rebinding().address();
  }

  /** The counters of a direction, over all flows. */
  public Counters counters(Direction direction) {
    return direction == Direction.UP ? upCounters : downCounters;
  }

  /**
   * Begins a flow. Its random numbers depend on the seed and on how many flows there were before.
   */
  public Flow open(InetSocketAddress client, long nowNs) {
    flowCount++;
    // Far apart, so that neighbouring seeds have no flow in common.
    long flowSeed = Long.rotateLeft(seed, Integer.SIZE) + 2 * flowCount;
    ImpairedPath upPath = new ImpairedPath(effective(up), flowSeed);
    ImpairedPath downPath = new ImpairedPath(effective(down), flowSeed + 1);
    upPath.start(nowNs);
    downPath.start(nowNs);
    Flow flow = new Flow(client, flowCount, upPath, downPath);
    flow.lastHeardNs = nowNs;
    flows.put(client, flow);
    for (Tap tap : taps) {
      tap.opened(flow, nowNs);
    }
    return flow;
  }

  /** Changes what is done to every flow from now on. */
  public void reconfigure(ImpairmentSpec changedUp, ImpairmentSpec changedDown) {
    up = changedUp;
    down = changedDown;
    reconfigureFlows();
  }

  private void reconfigureFlows() {
    flows.values().forEach(flow -> flow.reconfigure(effective(up), effective(down)));
  }

  private ImpairmentSpec effective(ImpairmentSpec asked) {
    return blackhole ? asked.withBlackhole(ALWAYS).withReplay(Selection.NONE) : asked;
  }

  /** The impairments of a direction, unless the proxy is a blackhole. */
  public ImpairmentSpec spec(Direction direction) {
    return direction == Direction.UP ? up : down;
  }

  /**
   * Holds everything back, or lets it go on. Datagrams are taken and decided on all the same; those
   * that come due meanwhile are due at once, and in order, when the pause ends.
   */
  public void setPaused(boolean changed) {
    paused = changed;
  }

  /** Whether everything is held back. */
  public boolean isPaused() {
    return paused;
  }

  /** Drops every datagram from now on, or no longer; what is inside already still arrives. */
  public void setBlackhole(boolean changed) {
    blackhole = changed;
    reconfigureFlows();
  }

  /** Whether every datagram is dropped. */
  public boolean isBlackhole() {
    return blackhole;
  }

  /** How many datagrams are inside. */
  public int heldDatagrams() {
    return arrivals.size();
  }

  /**
   * Decides on a datagram.
   *
   * @param payload taken over; not to be changed any more
   */
  public void handle(Flow flow, Direction direction, ByteBuffer payload, long nowNs) {
    flow.lastHeardNs = nowNs;
    flows.get(flow.client); // The most recently heard one is the last to go.
    ImpairedPath path = flow.path(direction);
    Fate fate = path.decide(payload, nowNs);
    counters(direction).count(fate, payload.remaining());
    for (Tap tap : taps) {
      tap.entered(flow, direction, payload.asReadOnlyBuffer(), fate, nowNs);
    }
    for (Delivery delivery : fate.deliveries()) {
      ByteBuffer content = path.content(delivery);
      hold(new Arrival(flow, direction, delivery, fate.binding(), content), nowNs);
    }
  }

  private void hold(Arrival arrival, long nowNs) {
    long bytes = costBytes(arrival);
    if (heldBytes + bytes > MAX_HELD_BYTES) {
      counters(arrival.direction()).countOverflow();
      for (Tap tap : taps) {
        tap.discarded(arrival.flow(), arrival.direction(), arrival.delivery(), nowNs);
      }
    } else {
      heldBytes += bytes;
      arrivals.add(arrival.delivery().atNs(), arrival);
    }
  }

  /** The part that is cut off is kept all the same. */
  private static long costBytes(Arrival arrival) {
    long keptBytes = arrival.payload().array().length;
    return keptBytes + HELD_OVERHEAD_BYTES;
  }

  /** Takes the next datagram that is due, or null. */
  public @Nullable Arrival poll(long nowNs) {
    Arrival next = paused ? null : arrivals.poll(nowNs);
    if (next != null) {
      heldBytes -= costBytes(next);
      counters(next.direction()).countSent();
    }
    return next;
  }

  /** Tells the taps that a datagram has been handed to the network. */
  public void sent(Arrival arrival, long nowNs) {
    for (Tap tap : taps) {
      tap.sent(
          arrival.flow(),
          arrival.direction(),
          arrival.delivery(),
          arrival.payload().asReadOnlyBuffer(),
          nowNs);
    }
  }

  /** When something is due next, or {@link Nanos#NEVER}. */
  public long nextTimeout() {
    return paused ? Nanos.NEVER : arrivals.nextNs();
  }

  /**
   * Ends the longest silent flow if there are too many, or if it is idle; null if there is none.
   */
  public @Nullable Flow expire(long nowNs) {
    Iterator<Flow> oldestFirst = flows.values().iterator();
    if (!oldestFirst.hasNext()) {
      return null;
    }
    Flow oldest = oldestFirst.next();
    if (flows.size() <= maxFlows && nowNs - oldest.lastHeardNs < idleNs) {
      return null;
    }
    oldestFirst.remove();
    return oldest;
  }
}

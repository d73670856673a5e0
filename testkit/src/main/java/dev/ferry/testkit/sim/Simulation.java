package dev.ferry.testkit.sim;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ImpairmentText;
import dev.ferry.netsim.DelayLine;
import dev.ferry.netsim.Fate;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.protocol.connection.ConnectionObserver;
import dev.ferry.protocol.util.Nanos;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * A network of hosts in virtual time. Everything that happens follows from the seed and from what
 * the test does, so a failure, which always shows the seed, can be repeated. Not thread-safe.
 */
public final class Simulation {
  /** The most that a clock has left before it overflows. */
  private static final long BEFORE_OVERFLOW_NS = 4 * Nanos.SECOND;

  /** Some rounds of the longest outages. */
  private static final long OUTAGES_AGE_NS = 20 * Nanos.SECOND;

  private record Route(InetSocketAddress from, InetSocketAddress to) {}

  private final long seed;
  private final SplittableRandom random;
  private final long startNs;
  private final DelayLine<LongConsumer> events = new DelayLine<>();
  private final Map<Route, Link> links = new HashMap<>();
  private final Nat nat = new Nat();
  private final List<Tap> taps = new ArrayList<>();
  private final List<Runnable> invariants = new ArrayList<>();
  private final Trace trace = new Trace();
  private ImpairmentSpec impairment = ImpairmentSpec.NONE;
  private int batchDatagrams = 1;
  private long nowNs;

  /**
   * Creates an empty network.
   *
   * @param startNs what the virtual clock reads at first
   */
  public Simulation(long seed, long startNs) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.startNs = startNs;
    this.nowNs = startNs;
  }

  /** The clock starts anywhere; with an odd seed so that it overflows within seconds. */
  public static Simulation seeded(long seed) {
    SplittableRandom origin = new SplittableRandom(~seed);
    return new Simulation(
        seed,
        seed % 2 != 0
            ? Long.MAX_VALUE - origin.nextLong(BEFORE_OVERFLOW_NS)
            : origin.nextLong(Long.MIN_VALUE, Long.MAX_VALUE));
  }

  /** An address made of a number, from 10.0.0.0 on; the port is given. */
  public static InetSocketAddress address(int host, int port) {
    byte[] bytes = {10, (byte) (host >> 16), (byte) (host >> 8), (byte) host};
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The virtual time. */
  public long nowNs() {
    return nowNs;
  }

  /** A source of randomness that belongs to this run. */
  public SplittableRandom newRandom() {
    return random.split();
  }

  /**
   * Hosts that are added from now on move datagrams in batches: what arrives at one instant is
   * handled before the engine has its turn, and a transmit holds several. Without it, each datagram
   * is a batch.
   *
   * @param maxDatagrams how many a transmit holds; with 1 it is as before
   */
  public void batch(int maxDatagrams) {
    batchDatagrams = maxDatagrams;
  }

  /** Adds a host. */
  public Host addHost(InetSocketAddress address) {
    Host host = new Host(this, address, batchDatagrams);
    if (nat.inside(address) != null) {
      throw new IllegalArgumentException("there is a host at " + address);
    }
    nat.add(host);
    return host;
  }

  /** From now on new links, and those that exist, behave like this. */
  public void impair(ImpairmentSpec newImpairment) {
    impairment = newImpairment;
    links.values().forEach(link -> link.impair(newImpairment));
  }

  /**
   * The same, as on a command line.
   *
   * @param properties for example {@code delay=10ms,loss=5%}
   */
  public void impair(String properties) {
    impair(path(properties));
  }

  /** What a path does, as on a command line. */
  public static ImpairmentSpec path(String properties) {
    try {
      return ImpairmentText.apply(ImpairmentSpec.NONE, properties);
    } catch (CommandException e) {
      throw new IllegalArgumentException(properties, e);
    }
  }

  /** The link from one host to another, which need not exist yet. */
  public Link link(InetSocketAddress from, InetSocketAddress to) {
    return links.computeIfAbsent(
        new Route(from, to), route -> new Link(impairment, random.nextLong()));
  }

  /** Cuts both directions between two hosts. */
  public void cut(Host a, Host b) {
    link(a.address(), b.address()).cut();
    link(b.address(), a.address()).cut();
  }

  /** Restores both directions between two hosts. */
  public void restore(Host a, Host b) {
    link(a.address(), b.address()).restore();
    link(b.address(), a.address()).restore();
  }

  /**
   * Starts the outages in both directions between two hosts some time ago, so that the first
   * datagram falls anywhere in their rhythm. The hosts must not have spoken yet. Does nothing
   * without outages.
   */
  public void enterOutagesAnywhere(Host a, Host b) {
    Link there = link(a.address(), b.address());
    if (there.hasOutages()) {
      long sinceNs = nowNs - random.nextLong(OUTAGES_AGE_NS);
      there.startSchedule(sinceNs);
      link(b.address(), a.address()).startSchedule(sinceNs);
    }
  }

  /** Adds an observer of all datagrams. */
  public void tap(Tap tap) {
    taps.add(tap);
  }

  /** Adds assertions that must hold after every event from now on. */
  public void invariant(Runnable assertions) {
    invariants.add(assertions);
  }

  /** Lets something happen later; it is told the time. */
  public void after(long delayNs, LongConsumer action) {
    events.add(Nanos.after(nowNs, delayNs), action);
  }

  /** Hands a datagram straight to a host, as if it came from there; nothing impairs it. */
  public void inject(InetSocketAddress from, Host to, byte[] datagram) {
    arrive(from, to.address(), datagram);
  }

  ConnectionObserver observer(InetSocketAddress at) {
    return trace.isToFile()
        ? new TracingObserver(startNs, (sinceStartNs, what) -> trace.note(sinceStartNs, at, what))
        : ConnectionObserver.NONE;
  }

  void send(Host sender, InetSocketAddress to, byte[] datagram) {
    taps.forEach(tap -> tap.sent(sender.address(), to, datagram));
    if (nat.inside(to) == null) {
      trace.add(nowNs - startNs, "NOBODY", sender.address(), to, datagram);
      return;
    }
    Link link = link(sender.address(), to);
    Fate fate = link.decide(datagram, nowNs);
    if (fate == null) {
      trace.add(nowNs - startNs, "CUT", sender.address(), to, datagram);
      return;
    }
    InetSocketAddress from = nat.place(sender, fate.binding(), link.changesAddresses());
    trace.add(
        nowNs - startNs, fate.drop() == null ? "sent" : fate.drop().name(), from, to, datagram);
    link.deliver(
        fate,
        (atNs, arriving) -> events.add(Nanos.after(atNs, 0), now -> arrive(from, to, arriving)));
  }

  private void arrive(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
    trace.add(nowNs - startNs, "arrived", from, to, datagram);
    Host host = nat.inside(to);
    if (host != null) {
      taps.forEach(tap -> tap.arrived(from, to, datagram));
      host.receive(datagram, from);
    }
  }

  /**
   * Runs until a condition holds, which is looked at after every event.
   *
   * @param withinNs how long that may take in virtual time
   * @throws AssertionError if it takes longer
   */
  public void runUntil(BooleanSupplier condition, long withinNs) {
    long deadlineNs = nowNs + withinNs;
    while (!condition.getAsBoolean()) {
      if (!runNextBefore(deadlineNs)) {
        throw failure("not reached within " + withinNs / 1e9 + " s of virtual time", null);
      }
    }
  }

  /** Runs for some virtual time. */
  public void runFor(long durationNs) {
    long deadlineNs = Nanos.after(nowNs, durationNs);
    while (runNextBefore(deadlineNs)) {
      // Until then.
    }
    nowNs = deadlineNs;
  }

  private boolean runNextBefore(long deadlineNs) {
    long nextNs = events.nextNs();
    if (nextNs == Nanos.NEVER || nextNs - deadlineNs > 0) {
      return false;
    }
    nowNs = nextNs;
    try {
      events.poll(nextNs).accept(nextNs);
      invariants.forEach(Runnable::run);
    } catch (RuntimeException | AssertionError e) {
      throw failure(e.toString(), e);
    }
    return true;
  }

  /** Makes assertions; a failure shows the seed and what happened last. */
  public void check(Runnable assertions) {
    try {
      assertions.run();
    } catch (AssertionError e) {
      throw failure(String.valueOf(e.getMessage()), e);
    }
  }

  private AssertionError failure(String message, Throwable cause) {
    return new AssertionError(
        message + "\nseed " + seed + ", clock started at " + startNs + " ns\n" + trace, cause);
  }
}

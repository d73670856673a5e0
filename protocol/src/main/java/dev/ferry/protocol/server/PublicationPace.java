package dev.ferry.protocol.server;

import dev.ferry.protocol.util.AddressKey;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.PeerNetworks;
import dev.ferry.protocol.util.RateLimiter;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * Holds back who completes many small files while others have files open, or have had some just
 * now: of each network ({@link PeerNetworks}) so many are published at once, and then at a steady
 * rate. The others wait, and keep their places meanwhile, so that their client opens no more.
 * Nobody is turned down, and who is alone waits for nothing. Not thread-safe.
 */
final class PublicationPace {
  static final int BURST = 512;
  static final int PER_SECOND = 250;

  /** How often it is looked whose turn it is. */
  static final long LOOK_NS = 10 * Nanos.MILLISECOND;

  /** For how long there are others after the last of their files: they may come again. */
  static final long OTHERS_NS = 10 * Nanos.SECOND;

  private static final int NETWORKS = 2048;

  private record Line(InetAddress owner, Queue<Runnable> publications) {}

  private final boolean paces;
  private final Admission admission;
  private final PeerNetworks networks;
  private final RateLimiter rate;
  private final Map<AddressKey, Line> lines = new LinkedHashMap<>();
  private long nowNs;

  /** Until when there are others, or they have just been there. */
  private long othersUntilNs = Nanos.NEVER;

  private long lookNs = Nanos.NEVER;

  /**
   * Creates a pace that nobody has to keep yet.
   *
   * @param paces whether anybody has to: false where all peers have shown the secret
   * @param admission knows who has files open
   */
  PublicationPace(boolean paces, Admission admission, PeerNetworks networks) {
    this.paces = paces;
    this.admission = admission;
    this.networks = networks;
    this.rate = new RateLimiter(BURST, PER_SECOND, NETWORKS, networks);
  }

  /** It is so late; to be called before whatever may publish. */
  void at(long newNowNs) {
    nowNs = newNowNs;
  }

  /** Publishes a file, now or later. */
  void publish(InetAddress owner, Runnable publication) {
    List<AddressKey> of = networks.of(owner);
    if (!paces || of.isEmpty()) {
      publication.run();
      return;
    }
    Line line = lines.get(of.get(0));
    if (line == null && mayPublish(owner)) {
      publication.run();
      return;
    }
    if (line == null) {
      line = new Line(owner, new ArrayDeque<>());
      lines.put(of.get(0), line);
    }
    line.publications.add(publication);
    lookNs = lookNs == Nanos.NEVER ? Nanos.after(nowNs, LOOK_NS) : lookNs;
  }

  /** What is published alone counts as well: who has not been alone for long has no burst left. */
  private boolean mayPublish(InetAddress owner) {
    if (!admission.isAlone(owner)) {
      othersUntilNs = Nanos.after(nowNs, OTHERS_NS);
    }
    boolean alone = othersUntilNs == Nanos.NEVER || Nanos.isDue(othersUntilNs, nowNs);
    return rate.tryTake(owner, nowNs) || alone;
  }

  /** When to call {@link #onTimeout}. */
  long nextTimeout() {
    return lookNs;
  }

  /** Publishes those whose time has come. */
  void onTimeout(long newNowNs) {
    at(newNowNs);
    if (!Nanos.isDue(lookNs, nowNs)) {
      return;
    }
    for (Line line : new ArrayList<>(lines.values())) {
      while (!line.publications.isEmpty() && mayPublish(line.owner)) {
        line.publications.remove().run();
      }
    }
    lines.values().removeIf(line -> line.publications.isEmpty());
    lookNs = lines.isEmpty() ? Nanos.NEVER : Nanos.after(nowNs, LOOK_NS);
  }

  /** The server ends: what is complete is published at once. */
  void stop() {
    List<Line> left = new ArrayList<>(lines.values());
    lines.clear();
    lookNs = Nanos.NEVER;
    left.forEach(line -> line.publications.forEach(Runnable::run));
  }
}

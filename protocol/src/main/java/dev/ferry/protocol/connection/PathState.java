package dev.ferry.protocol.connection;

import dev.ferry.protocol.recovery.RttEstimator;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.FrameWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where the peer is, and whether it has proved to be there (protocol.md, section 14). Until then no
 * more than three times the bytes that came from there go there (RFC 9000, section 8). When it
 * seems to have moved to another host, it is asked where it was before, too (section 9.3.3): who
 * copies its packets, and is always faster than they are, does not get the connection. Not
 * thread-safe.
 */
public final class PathState {
  private static final int AMPLIFICATION_LIMIT = 3;

  /** How many challenges may wait for their answer: of two paths, and once more. */
  private static final int MAX_RESPONSES = 4;

  /** How often the peer is asked where it was, once it has proved to be elsewhere. */
  private static final int MAX_ASKED = 3;

  /** How often it is asked there as long as it has not; less and less often. */
  private static final int MAX_ASKED_UNPROVED = 16;

  /** How long it does not move once it has answered there; each time twice as long. */
  private static final long STAY_NS = 500 * Nanos.MILLISECOND;

  private static final int MAX_STAY_SHIFT = 4;

  private final boolean mayMove;
  private final RandomGenerator random;
  private InetSocketAddress peer;
  private boolean validated;
  private long receivedBytes;
  private long sentBytes;
  private long assumedRttNs = RttEstimator.INITIAL_RTT_NS;

  /** Where the peer was when it had last proved to be there; null if it is there now. */
  private @Nullable InetSocketAddress proved;

  /** Whether nothing but the handshake tells where the peer is. */
  private boolean isHandshakes;

  /** The host to which the path leads of which something was learnt. */
  private InetAddress learntOf;

  private boolean challenged;
  private long challenge;
  private long challengeDueNs = Nanos.NEVER;

  /** The challenges that are to be answered, the oldest first. */
  private final Queue<Long> responses = new ArrayDeque<>(MAX_RESPONSES);

  /** When the last packet came. */
  private long heardNs;

  /** Where the peer was before it seemed to move; null if nobody asks there. */
  private @Nullable InetSocketAddress previous;

  /** Where it was after that, to be asked there if it does not answer; null if nobody will ask. */
  private @Nullable InetSocketAddress askedNext;

  /** How much may go there. */
  private long previousBudgetBytes;

  private int previousAsked;
  private long previousChallenge;
  private long previousDueNs = Nanos.NEVER;

  /** Until when the peer does not move, after it has answered where it was. */
  private long staysUntilNs = Nanos.NEVER;

  private int returns;
  private boolean hasReturned;

  private PathState(
      InetSocketAddress peer, boolean mayMove, boolean validated, RandomGenerator random) {
    this.peer = peer;
    this.learntOf = peer.getAddress();
    this.mayMove = mayMove;
    this.validated = validated;
    this.isHandshakes = !validated;
    this.random = random;
  }

  /**
   * A path to one place that is known to be the peer's: a client's, where the server stays where
   * the user said it is, and that of a stream, at either end.
   */
  public static PathState fixed(InetSocketAddress peer, RandomGenerator random) {
    return new PathState(peer, false, true, random);
  }

  /**
   * A server's path: the client may move, and has not yet proved its address.
   *
   * @param receivedBytes what came from there during the handshake
   * @param sentBytes what went there
   * @param random for challenges, which nobody must be able to guess
   */
  public static PathState toClient(
      InetSocketAddress client, long receivedBytes, long sentBytes, RandomGenerator random) {
    PathState path = new PathState(client, true, false, random);
    path.receivedBytes = receivedBytes;
    path.sentBytes = sentBytes;
    return path;
  }

  /**
   * The handshake may have shown how long a round trip takes.
   *
   * @param rttNs −1 if it has not
   * @return this path
   */
  public PathState assumeRtt(long rttNs) {
    if (rttNs > 0) {
      assumedRttNs = rttNs;
    }
    return this;
  }

  /**
   * The handshake was repeated, and has shown only how long a round trip takes at most.
   *
   * @return this path
   */
  public PathState assumeRttAtMost(long rttNs) {
    assumedRttNs = Math.min(assumedRttNs, Math.max(1, rttNs));
    return this;
  }

  /** What to assume of the round-trip time until there is a sample, in nanoseconds. */
  long assumedRttNs() {
    return assumedRttNs;
  }

  /** The peer's address. */
  InetSocketAddress peer() {
    return peer;
  }

  /** Whether the peer has proved to receive there. */
  boolean isProved() {
    return validated;
  }

  /** Whether a datagram from there is worth a look. */
  boolean mayComeFrom(InetSocketAddress from) {
    return mayMove || from.equals(peer);
  }

  /**
   * The handshake's answer has arrived: only who is at the address could see it.
   *
   * @param from where the first genuine packet came from
   */
  void onFirstPacket(InetSocketAddress from) {
    validated |= from.equals(peer);
    isHandshakes &= !validated;
  }

  /**
   * A genuine packet came. From where the peer had last proved to be, it makes it be there again:
   * anybody can copy a packet and be the first to deliver it, from an address of his own, and what
   * was learnt of the old path must not be lost by that.
   *
   * @param newest whether its number is the highest so far: older ones say nothing of where the
   *     peer is now
   */
  void onPacket(InetSocketAddress from, boolean newest, int bytes, long nowNs) {
    heardNs = nowNs;
    if (from.equals(peer)) {
      receivedBytes += bytes;
      return;
    }
    if (!newest || (staysUntilNs != Nanos.NEVER && !Nanos.isDue(staysUntilNs, nowNs))) {
      return;
    }
    if (from.equals(previous) && previousBudgetBytes != Long.MAX_VALUE) {
      returnToHandshakes(from, bytes, nowNs);
      return;
    }
    boolean isBack = from.equals(proved) || from.equals(previous);
    if (from.equals(previous)) {
      askNoMore();
    }
    if (isBack) {
      proved = null;
    } else if (validated) {
      proved = peer;
      askBefore(from, nowNs);
    } else if (isHandshakes) {
      long budgetBytes = budgetBytes();
      ask(peer, nowNs); // Who was faster with the first packet has not got the handshake's answer.
      previousBudgetBytes = budgetBytes;
    }
    isHandshakes = false;
    peer = from;
    validated = isBack;
    receivedBytes = bytes;
    sentBytes = 0;
    expectNothing();
    challengeDueNs = isBack ? Nanos.NEVER : nowNs;
  }

  /** Nothing has been proved there, and what may be sent is what was left, and a little more. */
  private void returnToHandshakes(InetSocketAddress from, int bytes, long nowNs) {
    isHandshakes = true;
    proved = null;
    peer = from;
    validated = false;
    receivedBytes = bytes;
    sentBytes = -previousBudgetBytes;
    askNoMore();
    expectNothing();
    challengeDueNs = nowNs;
  }

  /** Who got a challenge was where the peer no longer is. */
  private void expectNothing() {
    challenged = false;
    responses.clear();
  }

  /**
   * The first of several hosts is asked first, so that who has many is not taken for the peer. A
   * former port is asked only if the new one does not answer: behind a NAT it may lead to the peer
   * for some more time.
   */
  private void askBefore(InetSocketAddress from, long nowNs) {
    if (isSameHost(from, peer)) {
      return;
    }
    if (previous == null) {
      ask(peer, nowNs);
    } else if (askedNext == null) {
      askedNext = peer;
    }
  }

  private static boolean isSameHost(InetSocketAddress one, InetSocketAddress other) {
    return one.getAddress().equals(other.getAddress());
  }

  private void ask(InetSocketAddress place, long dueNs) {
    previous = place;
    previousBudgetBytes = Long.MAX_VALUE;
    previousAsked = 0;
    previousDueNs = dueNs;
  }

  private void askNoMore() {
    previous = null;
    askedNext = null;
    previousDueNs = Nanos.NEVER;
  }

  /**
   * Where the peer may still be, if it is not where it seems to be; null if that is proved, or if
   * nothing may be sent there.
   */
  @Nullable InetSocketAddress former() {
    if (previous == null) {
      return validated ? null : proved;
    }
    return previousBudgetBytes >= PacketBuilder.MIN_ROOM_BYTES ? previous : null;
  }

  /** How much may be sent to {@link #former} at once, in bytes. */
  long formerBudgetBytes() {
    return previous == null ? Long.MAX_VALUE : previousBudgetBytes;
  }

  void onSentToFormer(int bytes) {
    if (previous != null && previousBudgetBytes != Long.MAX_VALUE) {
      previousBudgetBytes -= bytes;
    }
  }

  /**
   * Whether the peer has answered where it was since the last call: what has been sent to where it
   * seemed to be is lost.
   */
  boolean takeReturn() {
    boolean taken = hasReturned;
    hasReturned = false;
    return taken;
  }

  /**
   * Whether the peer has proved to be at another host since the last call, so that what was learnt
   * of the path no longer holds. Of another port it still does (RFC 9000, section 9.4). While it
   * may still answer where it was, that is not said.
   */
  boolean takeNewHost() {
    boolean isAsked = previous != null && previousAsked > 0;
    if (isAsked && previousAsked >= MAX_ASKED && Nanos.isDue(previousDueNs, heardNs)) {
      isAsked = askNext();
    }
    boolean taken = validated && !isAsked && !peer.getAddress().equals(learntOf);
    if (taken) {
      learntOf = peer.getAddress();
    }
    return taken;
  }

  /** Asks at the next place where the peer was; returns false if there is none. */
  private boolean askNext() {
    InetSocketAddress next = askedNext;
    askNoMore();
    if (next == null || isSameHost(next, peer)) {
      return false;
    }
    ask(next, heardNs);
    return true;
  }

  /** How much may be sent at once, in bytes. */
  long budgetBytes() {
    return validated ? Long.MAX_VALUE : AMPLIFICATION_LIMIT * receivedBytes - sentBytes;
  }

  void onSent(int bytes) {
    sentBytes += bytes;
  }

  void onChallenge(long number) {
    if (responses.size() == MAX_RESPONSES) {
      responses.remove();
    }
    responses.add(number);
  }

  /**
   * The peer answers a challenge. It shows that the peer receives where the challenge went, from
   * wherever the answer comes (RFC 9000, section 8.2.3): who copies every packet and is always
   * faster delivers the answer, too, from an address of his own.
   */
  void onResponse(long number) {
    if (previous != null && previousAsked > 0 && number == previousChallenge) {
      returnTo(previous);
    } else if (challenged && number == challenge) {
      challenged = false;
      validated = true;
      proved = null;
      challengeDueNs = Nanos.NEVER;
      if (previous != null && previousAsked == 0 && isSameHost(previous, peer)) {
        askNoMore();
      }
    }
  }

  /** The peer is still where it was, so that somebody else sent its packets from elsewhere. */
  private void returnTo(InetSocketAddress before) {
    peer = before;
    validated = true;
    proved = null;
    expectNothing();
    challengeDueNs = Nanos.NEVER;
    askNoMore();
    staysUntilNs = Nanos.after(heardNs, STAY_NS << Math.min(returns, MAX_STAY_SHIFT));
    returns++;
    hasReturned = true;
  }

  /** Where the peer is to be asked whether it is still there; null if not now. */
  @Nullable InetSocketAddress asksBefore(long nowNs) {
    return Nanos.isDue(askTimeout(), nowNs) ? previous : null;
  }

  /** When {@link #asksBefore} has an answer, whatever may be sent to where the peer is. */
  long askTimeout() {
    int most = validated ? MAX_ASKED : MAX_ASKED_UNPROVED;
    boolean mayAsk = previousAsked < most && previousBudgetBytes >= PacketBuilder.MIN_ROOM_BYTES;
    return mayAsk ? previousDueNs : Nanos.NEVER;
  }

  /**
   * Writes the challenge for {@link #asksBefore}.
   *
   * @param repeatNs after how long it is sent once more, or given up; longer and longer, where the
   *     peer has not proved to be elsewhere
   */
  void writeBefore(ByteBuffer buffer, long nowNs, long repeatNs) {
    previousChallenge = previousAsked == 0 ? random.nextLong() : previousChallenge;
    FrameWriter.pathChallenge(previousChallenge, buffer);
    previousAsked++;
    previousDueNs = Nanos.after(nowNs, repeatNs << Math.max(0, previousAsked - MAX_ASKED));
  }

  /** Whether a frame about the path is to be sent. */
  boolean isOwing(long nowNs) {
    return !responses.isEmpty() || Nanos.isDue(challengeDueNs, nowNs);
  }

  /** When the next challenge to where the peer is is due. */
  long nextTimeout() {
    return challengeDueNs;
  }

  /** What the peer cannot guess. */
  RandomGenerator random() {
    return random;
  }

  /**
   * Writes what is owed.
   *
   * @param repeatNs after how long a challenge is given up for another one
   */
  void write(ByteBuffer buffer, long nowNs, long repeatNs) {
    while (!responses.isEmpty() && FrameWriter.pathResponse(responses.element(), buffer)) {
      responses.remove();
    }
    if (Nanos.isDue(challengeDueNs, nowNs)) {
      long number = random.nextLong();
      if (FrameWriter.pathChallenge(number, buffer)) {
        if (previous == null && proved != null) {
          ask(proved, Nanos.after(nowNs, repeatNs));
        }
        challenge = number;
        challenged = true;
        challengeDueNs = Nanos.after(nowNs, repeatNs);
      }
    }
  }
}

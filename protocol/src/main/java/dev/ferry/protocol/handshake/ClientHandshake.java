package dev.ferry.protocol.handshake;

import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Jitter;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.HandshakePacket;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.protocol.wire.HandshakePacket.Retry;
import dev.ferry.protocol.wire.HandshakePacket.ToClient;
import dev.ferry.protocol.wire.HandshakePacket.Versions;
import dev.ferry.protocol.wire.HandshakePacket.Welcome;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.WelcomeTerms;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of the handshake (protocol.md, section 8). Driven like an engine: after {@link
 * #handle} or {@link #onTimeout}, {@link #pollTransmit} until it returns false. It ends with {@link
 * #secrets}, or with {@link #refusedFor}; when to give up is the caller's decision. Forged packets
 * are ignored, unless the attacker has read the hello. Such an attacker can refuse the handshake in
 * the server's name and, if there is no secret, act as the server.
 */
public final class ClientHandshake {
  /** After how long the first hello is repeated, if nothing is known of the path. */
  public static final long FIRST_REPEAT_NS = 100 * Nanos.MILLISECOND;

  /** Between repetitions the time doubles up to here, unless it begins with more. */
  static final long MAX_REPEAT_NS = 500 * Nanos.MILLISECOND;

  /** Beside a connection, which goes on probing, a hello need not be repeated that often. */
  private static final long SELDOM_NS = 2 * Nanos.SECOND;

  /** So many equal welcomes in a row are no duplicates of one that the path has changed. */
  private static final int PROOF_WELCOMES = 3;

  /** How many retry packets are obeyed between two timeouts. */
  static final int RETRIES = 3;

  private final LabOffer lab;
  private long repeatCeilingNs = MAX_REPEAT_NS;

  /** The handshake, whose first message has been written. */
  private final NoiseHandshake noise;

  private Hello hello;
  private boolean startIsDue;
  private boolean helloIsDue = true;
  private int retriesLeft = RETRIES;
  private int timeouts;
  private long repeatNs = FIRST_REPEAT_NS;
  private int hellos;
  private long firstSentNs = Nanos.NEVER;
  private long lastSentNs = Nanos.NEVER;
  private long timeoutNs = Nanos.NEVER;
  private long rejectedWelcomes;
  private @Nullable Welcome lastRejected;
  private int sameRejected;
  private int mostRejected;
  private @Nullable ConnectionSecrets secrets;
  private List<Integer> refusedFor = List.of();

  /**
   * Creates a handshake; its hello is due at once.
   *
   * @param lab the lab messages before this handshake
   * @param secret the secret that the server has too, or null
   * @param suites the cipher suites that the client accepts, at least one
   * @param parameters what the client says of itself
   * @param random a source fit for keys
   */
  public ClientHandshake(
      LabOffer lab,
      @Nullable SharedSecret secret,
      Set<CipherSuite> suites,
      TransportParameters parameters,
      RandomGenerator random) {
    byte[] ephemeral = new byte[NoiseHandshake.KEY_BYTES];
    random.nextBytes(ephemeral);
    int clientId = random.nextInt();
    Hello bare =
        new Hello(
            CipherSuite.sum(suites),
            secret != null,
            lab.isPresent(),
            clientId,
            Bytes.EMPTY,
            Bytes.EMPTY);
    this.lab = lab;
    this.noise = new NoiseHandshake(true, Prologue.of(lab, bare), secret, ephemeral);
    this.hello = withHandshake(bare, firstMessage(noise, parameters));
  }

  /**
   * Backs off, because there is a connection besides, which may be on a slow path only.
   *
   * @return this handshake
   */
  public ClientHandshake repeatedSeldom() {
    repeatNs = MAX_REPEAT_NS;
    repeatCeilingNs = SELDOM_NS;
    return this;
  }

  /**
   * Says when to repeat the first hello, because something is known of the path; before the hello
   * is sent.
   *
   * @param newRepeatNs above 0
   * @return this handshake
   */
  public ClientHandshake repeatFirstAfter(long newRepeatNs) {
    repeatNs = newRepeatNs;
    return this;
  }

  /**
   * A handshake that only finds out whether a server answers.
   *
   * @param secret the secret that the server has too, or null
   * @param suites the cipher suites that the client accepts, at least one
   * @param random a source fit for keys
   */
  public static ClientHandshake asking(
      @Nullable SharedSecret secret, Set<CipherSuite> suites, RandomGenerator random) {
    return new ClientHandshake(LabOffer.NONE, secret, suites, TransportParameters.DEFAULT, random);
  }

  private static byte[] firstMessage(NoiseHandshake noise, TransportParameters parameters) {
    ByteBuffer payload = ByteBuffer.allocate(parameters.encodedBytes());
    try {
      return noise.write(parameters.encode(payload).array());
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("there is no key of the peer's yet", e);
    }
  }

  private static Hello withHandshake(Hello hello, byte[] message) {
    return new Hello(
        hello.suites(),
        hello.hasSecret(),
        hello.followsStart(),
        hello.clientId(),
        hello.token(),
        Bytes.copyOf(message));
  }

  /**
   * Handles a datagram that has arrived.
   *
   * @param datagram between position and limit; not moved
   * @return whether it is a handshake packet for this client, genuine or not
   */
  public boolean handle(ByteBuffer datagram) {
    ToClient packet = HandshakeCodec.decodeFromServer(datagram.duplicate());
    if (packet == null || packet.clientId() != hello.clientId()) {
      return false;
    }
    if (isOver()) {
      return true;
    }
    switch (packet.kind()) {
      case WELCOME -> onWelcome((Welcome) packet);
      case RETRY -> onRetry((Retry) packet);
      case VERSIONS -> onVersions((Versions) packet);
    }
    return true;
  }

  private void onWelcome(Welcome welcome) {
    secrets = open(welcome);
    if (secrets == null) {
      rejectedWelcomes++;
      sameRejected = welcome.equals(lastRejected) ? sameRejected + 1 : 1;
      lastRejected = welcome;
      mostRejected = Math.max(mostRejected, sameRejected);
    }
  }

  private @Nullable ConnectionSecrets open(Welcome welcome) {
    NoiseHandshake attempt = noise.copy();
    try {
      WelcomeTerms terms = WelcomeTerms.decode(attempt.read(welcome.handshake().toArray()));
      if (terms == null || (terms.suite() & hello.suites()) == 0) {
        return null;
      }
      return ConnectionSecrets.ofClient(
          CipherSuite.of(terms.suite()),
          attempt.finish(),
          hello.clientId(),
          terms.serverId(),
          terms.parameters());
    } catch (GeneralSecurityException e) {
      return null;
    }
  }

  /** A retry may be forged, so it costs one hello at most, and the next one is obeyed as well. */
  private void onRetry(Retry retry) {
    if (retriesLeft > 0 && !retry.token().equals(hello.token())) {
      retriesLeft--;
      hello = hello.withToken(retry.token());
      repeat();
    }
  }

  private void onVersions(Versions versions) {
    if (!versions.versions().contains(HandshakePacket.VERSION)) {
      refusedFor = versions.versions();
    }
  }

  /** Repeats the start too, because the server may have forgotten it. */
  private void repeat() {
    startIsDue = lab.isPresent();
    helloIsDue = true;
  }

  /** Makes the hello due again. Does nothing unless {@link #nextTimeout} is due. */
  public void onTimeout(long nowNs) {
    if (Nanos.isDue(nextTimeout(), nowNs)) {
      timeouts++;
      repeatNs = Math.max(repeatNs, Math.min(2 * repeatNs, repeatCeilingNs));
      timeoutNs = Nanos.after(nowNs, Jitter.lengthen(repeatNs, timeouts));
      retriesLeft = RETRIES;
      repeat();
    }
  }

  /** When {@link #onTimeout} is to be called at the latest; {@link Nanos#NEVER} if not at all. */
  public long nextTimeout() {
    return isOver() ? Nanos.NEVER : timeoutNs;
  }

  /**
   * Writes the next datagram to send at the buffer's position: the repeated lab start, or a hello.
   *
   * @param dst big-endian, with room for 1200 bytes and for the lab start
   * @return whether there was a datagram to send
   * @throws java.nio.BufferOverflowException if there is too little room; nothing is written then
   */
  public boolean pollTransmit(long nowNs, ByteBuffer dst) {
    if (isOver()) {
      return false;
    }
    if (startIsDue) {
      dst.put(lab.start().toArray());
      startIsDue = false;
      return true;
    }
    if (!helloIsDue) {
      return false;
    }
    HandshakeCodec.encode(hello, dst);
    helloIsDue = false;
    hellos++;
    lastSentNs = nowNs;
    if (firstSentNs == Nanos.NEVER) {
      firstSentNs = nowNs;
      timeoutNs = Nanos.after(nowNs, repeatNs);
    }
    return true;
  }

  private boolean isOver() {
    return secrets != null || !refusedFor.isEmpty();
  }

  /** The secrets of the connection, or null if there are none yet. */
  public @Nullable ConnectionSecrets secrets() {
    return secrets;
  }

  /**
   * The versions that the server speaks. They end the handshake; empty as long as the server has
   * not refused this client's version.
   */
  public List<Integer> refusedFor() {
    return refusedFor;
  }

  /**
   * How many welcomes were rejected, because their sender had another secret or had seen other
   * messages.
   */
  public long rejectedWelcomes() {
    return rejectedWelcomes;
  }

  /**
   * Whether somebody answers who has another secret or has seen other messages: the same welcome
   * was rejected again and again, as a server repeats it for each hello. What the path has changed
   * differs from time to time, but for duplicates.
   */
  public boolean isProvenForeign() {
    return mostRejected >= PROOF_WELCOMES;
  }

  /** When the first hello was sent; {@link Nanos#NEVER} if none was. */
  public long firstSentNs() {
    return firstSentNs;
  }

  /**
   * How long the server took to answer the hello, in nanoseconds; −1 if it was repeated, so that
   * nobody knows which one was answered.
   *
   * @param answeredNs when the welcome arrived
   */
  public long roundTripNs(long answeredNs) {
    return hellos == 1 ? Math.max(1, answeredNs - firstSentNs) : -1;
  }

  /**
   * The time since the last hello, in nanoseconds: every round trip takes longer, if a welcome that
   * arrives now is not a duplicate.
   */
  public long shortestRoundTripNs(long answeredNs) {
    return Math.max(1, answeredNs - lastSentNs);
  }

  /** How many hellos have been sent. */
  public int hellos() {
    return hellos;
  }

  /**
   * The time since the first hello, in nanoseconds: no round trip has taken longer.
   *
   * @param answeredNs when the welcome arrived
   */
  public long longestRoundTripNs(long answeredNs) {
    return Math.max(1, answeredNs - firstSentNs);
  }
}

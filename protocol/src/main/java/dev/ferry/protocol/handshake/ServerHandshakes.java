package dev.ferry.protocol.handshake;

import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.PeerNetworks;
import dev.ferry.protocol.util.RateLimiter;
import dev.ferry.protocol.util.Sha256;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.HandshakePacket;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.protocol.wire.HandshakePacket.Retry;
import dev.ferry.protocol.wire.HandshakePacket.ToClient;
import dev.ferry.protocol.wire.HandshakePacket.ToServer;
import dev.ferry.protocol.wire.HandshakePacket.Versions;
import dev.ferry.protocol.wire.HandshakePacket.Welcome;
import dev.ferry.protocol.wire.MalformedException;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.WelcomeTerms;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of all handshakes (protocol.md, section 8). Peers have proved nothing yet, so
 * each packet leads to at most one small answer, the entries are bounded in number and size, and a
 * key is computed only for a hello that a welcome answers.
 */
public final class ServerHandshakes {
  /** How many hellos of one network are computed at once: a class behind one address. */
  static final int BURST = 512;

  /** How many per second from then on. Each takes half a millisecond of the only loop. */
  static final int PER_SECOND = 100;

  private static final int NETWORKS = 4096;

  private final ServerHandshakeConfig config;
  private final @Nullable SharedSecret secret;
  private final IntPredicate isTaken;
  private final RandomGenerator random;
  private final AddressTokens tokens;
  private final HalfOpenTable table;
  private final RateLimiter computed;
  private final LongSupplier numbers;
  private Consumer<HelloRefusal> refusals = refusal -> {};

  /**
   * Creates a server's end without handshakes.
   *
   * @param secret the secret that clients must have too, or null
   * @param isTaken whether an id is that of an established connection
   * @param numbers supplies the values of {@link HalfOpen#number}, in ascending order
   * @param computed limits the hellos that are computed, over all transports of a server
   * @param random a source fit for keys
   */
  public ServerHandshakes(
      ServerHandshakeConfig config,
      @Nullable SharedSecret secret,
      IntPredicate isTaken,
      LongSupplier numbers,
      RateLimiter computed,
      RandomGenerator random) {
    this.config = config;
    this.secret = secret;
    this.isTaken = isTaken;
    this.numbers = numbers;
    this.random = random;
    this.tokens = new AddressTokens(random);
    this.table = new HalfOpenTable(config.capacity());
    this.computed = computed;
  }

  /**
   * The limit on hellos that are computed.
   *
   * @param networks of peers
   */
  public static RateLimiter helloRate(PeerNetworks networks) {
    return new RateLimiter(BURST, PER_SECOND, NETWORKS, networks);
  }

  /** Sets who is told of hellos that are met with silence because of what they are. */
  public void onRefusal(Consumer<HelloRefusal> listener) {
    refusals = listener;
  }

  /**
   * Handles a handshake packet of a client.
   *
   * @param datagramBytes the length of the datagram
   * @param from its sender
   * @param lab the lab messages that the server remembers of this sender, in case the hello follows
   *     from them
   * @param answer big-endian; the answer is written at its position, {@value
   *     HandshakePacket.Hello#MIN_BYTES} bytes at most
   * @return whether there is an answer
   */
  public boolean handle(
      ToServer packet,
      int datagramBytes,
      InetSocketAddress from,
      LabOffer lab,
      long nowNs,
      ByteBuffer answer) {
    onTimeout(nowNs);
    ToClient reply =
        switch (packet.kind()) {
          case HELLO -> reply((Hello) packet, datagramBytes, from, lab, nowNs);
          case FOREIGN_HELLO -> new Versions(packet.clientId(), List.of(HandshakePacket.VERSION));
        };
    if (reply == null) {
      return false;
    }
    HandshakeCodec.encode(reply, answer);
    return true;
  }

  private @Nullable ToClient reply(
      Hello hello, int datagramBytes, InetSocketAddress from, LabOffer lab, long nowNs) {
    if (!isAnswerable(hello) || (hello.followsStart() && !lab.isPresent())) {
      return null;
    }
    byte[] prologue = Prologue.of(hello.followsStart() ? lab : LabOffer.NONE, hello);
    Bytes transcript = Bytes.copyOf(Sha256.of(prologue, hello.handshake().toArray()));
    HalfOpen.Key key = new HalfOpen.Key(from, transcript);
    HalfOpen entry = table.find(key);
    if (entry == null) {
      boolean needsToken = table.isCrowded();
      if (needsToken && !tokens.isFresh(hello.token(), from, hello.clientId(), nowNs)) {
        return new Retry(hello.clientId(), tokens.issue(from, hello.clientId(), nowNs));
      }
      // Beyond the rate silence, after which a client waits for longer and longer.
      if (!computed.tryTake(from.getAddress(), nowNs)) {
        return null;
      }
      if (needsToken) {
        tokens.use(hello.token());
      }
      entry = open(key, hello, prologue);
    }
    if (entry == null) {
      return null;
    }
    table.touch(entry, nowNs);
    return entry.answer(datagramBytes, nowNs);
  }

  /** Whether the hello may lead to a handshake, as far as is known without computing a key. */
  private boolean isAnswerable(Hello hello) {
    if (hello.hasSecret() != (secret != null)) {
      refusals.accept(hello.hasSecret() ? HelloRefusal.SECRET_NOT_KNOWN : HelloRefusal.NO_SECRET);
      return false;
    }
    byte[] message = hello.handshake().toArray();
    int payloadBytes = message.length - NoiseHandshake.firstMessageBytes(hello.hasSecret());
    return payloadBytes >= 0
        && payloadBytes <= TransportParameters.MAX_BYTES
        && !NoiseHandshake.hasWorthlessKey(message);
  }

  /**
   * Computes the answer; null if the client does not have the server's secret, or what it says of
   * itself is malformed.
   */
  private @Nullable HalfOpen open(HalfOpen.Key key, Hello hello, byte[] prologue) {
    byte[] ephemeral = new byte[NoiseHandshake.KEY_BYTES];
    random.nextBytes(ephemeral);
    NoiseHandshake noise =
        new NoiseHandshake(false, prologue, hello.hasSecret() ? secret : null, ephemeral);
    CipherSuite suite = choose(hello.suites());
    WelcomeTerms terms = new WelcomeTerms(suite.number(), freeId(), config.parameters());
    try {
      byte[] payload = noise.read(hello.handshake().toArray());
      TransportParameters clients = TransportParameters.decode(ByteBuffer.wrap(payload));
      Welcome welcome = new Welcome(hello.clientId(), Bytes.copyOf(noise.write(terms.encode())));
      HalfOpen entry = new HalfOpen(key, welcome, terms, clients, noise.finish());
      entry.number = numbers.getAsLong();
      return entry;
    } catch (GeneralSecurityException e) {
      refusals.accept(hello.hasSecret() ? HelloRefusal.ANOTHER_SECRET : HelloRefusal.MALFORMED);
      return null;
    } catch (MalformedException e) {
      refusals.accept(HelloRefusal.MALFORMED);
      return null;
    }
  }

  private CipherSuite choose(int suites) {
    if (config.preferred().isIn(suites)) {
      return config.preferred();
    }
    return CipherSuite.AES_128_GCM.isIn(suites)
        ? CipherSuite.AES_128_GCM
        : CipherSuite.CHACHA20_POLY1305;
  }

  private int freeId() {
    int id;
    do {
      id = random.nextInt();
    } while (table.find(id) != null || isTaken.test(id));
    return id;
  }

  /** Forgets expired handshakes. */
  public void onTimeout(long nowNs) {
    table.removeExpired(nowNs);
  }

  /** When {@link #onTimeout} is to be called at the latest; {@link Nanos#NEVER} if not at all. */
  public long nextTimeout() {
    return table.nextExpiry();
  }

  /** The half-open handshake with the id in a protected packet; null if there is none. */
  public @Nullable HalfOpen find(int serverId) {
    return table.find(serverId);
  }

  /**
   * Removes a handshake that has become a connection, because a packet of its client has been
   * opened.
   */
  public void promote(HalfOpen entry) {
    table.remove(entry);
  }

  /** Forgets all half-open handshakes. */
  public void clear() {
    table.clear();
  }

  /** How many handshakes are half-open. */
  public int size() {
    return table.size();
  }
}

package dev.ferry.protocol.handshake;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.PeerNetworks;
import dev.ferry.protocol.util.RateLimiter;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.HandshakePacket;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.protocol.wire.HandshakePacket.ToServer;
import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.protocol.wire.TransportParameters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What the tests of both ends of the handshake share: the two ends, and datagrams as arrays. */
public final class Handshakes {
  static final SharedSecret SECRET = SharedSecret.copyOf(key(7));
  static final LabOffer LAB = lab("s | 0 | a name | 00000000000000001234", "a | 1 | 0000001472");
  static final InetSocketAddress CLIENT = address(1, 40_000);
  static final Set<CipherSuite> BOTH = EnumSet.allOf(CipherSuite.class);
  static final TransportParameters PARAMETERS =
      new TransportParameters(
          1472, 20, 1 << 20, 0, 0b111, TransportParameters.BY_SHA256, 0, 0, false);
  static final ServerHandshakeConfig CONFIG =
      new ServerHandshakeConfig(
          1024, PARAMETERS.withLargestDatagramBytes(9000), CipherSuite.AES_128_GCM);

  /** A millisecond before the clock overflows. */
  static final long START_NS = Nanos.after(Long.MAX_VALUE, -Nanos.MILLISECOND);

  private static final byte[] TEXT = "what is to be kept".getBytes(US_ASCII);

  private static final Map<ServerHandshakes, AtomicLong> NUMBERS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private Handshakes() {}

  public static byte[] key(int value) {
    byte[] key = new byte[NoiseHandshake.KEY_BYTES];
    Arrays.fill(key, (byte) value);
    return key;
  }

  static LabOffer lab(String start, String acknowledgement) {
    return LabOffer.of(start.getBytes(US_ASCII), acknowledgement.getBytes(US_ASCII));
  }

  /** One of 2^24 addresses of the loopback network. */
  static InetSocketAddress address(int host, int port) {
    byte[] ip = ByteBuffer.allocate(4).putInt(127 << 24 | host).array();
    try {
      return new InetSocketAddress(InetAddress.getByAddress(ip), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static ClientHandshake client(LabOffer lab, SharedSecret secret, long seed) {
    return new ClientHandshake(lab, secret, BOTH, PARAMETERS, new Random(seed));
  }

  /** A server that computes whatever comes. */
  static ServerHandshakes server(ServerHandshakeConfig config, SharedSecret secret, long seed) {
    return server(
        config,
        secret,
        new RateLimiter(Integer.MAX_VALUE, 1, 1, new PeerNetworks(seed, List.of())),
        seed);
  }

  static ServerHandshakes server(
      ServerHandshakeConfig config, SharedSecret secret, RateLimiter helloRate, long seed) {
    AtomicLong numbers = new AtomicLong();
    ServerHandshakes server =
        new ServerHandshakes(
            config, secret, id -> false, numbers::incrementAndGet, helloRate, new Random(seed));
    NUMBERS.put(server, numbers);
    return server;
  }

  /** For how many hellos a server of {@link #server} has computed keys: each gets a number. */
  static long computed(ServerHandshakes server) {
    return NUMBERS.get(server).get();
  }

  static ServerHandshakes server(SharedSecret secret) {
    return server(CONFIG, secret, 1000);
  }

  /** All that the client sends now. */
  static List<byte[]> sent(ClientHandshake client, long nowNs) {
    List<byte[]> datagrams = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.allocate(Udp.MAX_PAYLOAD_BYTES);
    while (client.pollTransmit(nowNs, buffer.clear())) {
      datagrams.add(Arrays.copyOf(buffer.array(), buffer.position()));
    }
    return datagrams;
  }

  /** The only datagram that the client sends now. */
  static byte[] onlySent(ClientHandshake client, long nowNs) {
    List<byte[]> datagrams = sent(client, nowNs);
    assertThat(datagrams).hasSize(1);
    return datagrams.get(0);
  }

  /** What the server answers to a datagram, or null; the same for all that is no hello. */
  static byte[] answer(
      ServerHandshakes server, byte[] datagram, InetSocketAddress from, LabOffer lab, long nowNs) {
    ToServer packet = HandshakeCodec.decodeFromClient(ByteBuffer.wrap(datagram));
    ByteBuffer answer = ByteBuffer.allocate(Hello.MIN_BYTES);
    if (packet == null || !server.handle(packet, datagram.length, from, lab, nowNs, answer)) {
      return null;
    }
    return Arrays.copyOf(answer.array(), answer.position());
  }

  /** Hands the client an answer, if there is one. */
  static void deliver(ClientHandshake client, byte[] datagram) {
    if (datagram != null) {
      client.handle(ByteBuffer.wrap(datagram));
    }
  }

  /** Runs a handshake in which nothing goes wrong. */
  static void complete(
      ClientHandshake client, ServerHandshakes server, InetSocketAddress from, LabOffer lab) {
    deliver(client, answer(server, onlySent(client, START_NS), from, lab, START_NS));
  }

  static byte[] encode(HandshakePacket packet) {
    byte[] datagram = new byte[packet.encodedBytes()];
    HandshakeCodec.encode(packet, ByteBuffer.wrap(datagram));
    return datagram;
  }

  /** A protected packet. */
  static byte[] seal(ConnectionSecrets session, int number) {
    ByteBuffer packet =
        ByteBuffer.allocate(PacketHeader.BYTES + TEXT.length + PacketSealer.TAG_BYTES);
    PacketHeader.write(packet, session.sealer().nextPhase(), session.peersId(), number);
    packet.put(TEXT);
    session.sealer().seal(number, packet.array(), 0, PacketHeader.BYTES, TEXT.length);
    return packet.array();
  }

  /** Whether a packet of {@link #seal} is from the peer of this session. */
  static boolean opens(ConnectionSecrets session, byte[] datagram) {
    byte[] copy = datagram.clone();
    ByteBuffer packet = ByteBuffer.wrap(copy);
    int ciphertextBytes = copy.length - PacketHeader.BYTES;
    int number = PacketHeader.truncatedNumber(packet);
    int phase = PacketHeader.phaseBit(packet);
    int bytes = session.opener().open(number, phase, copy, 0, PacketHeader.BYTES, ciphertextBytes);
    byte[] text = Arrays.copyOfRange(copy, PacketHeader.BYTES, PacketHeader.BYTES + TEXT.length);
    return PacketHeader.receiverId(packet) == session.ownId()
        && bytes == TEXT.length
        && Arrays.equals(text, TEXT);
  }

  /**
   * The server's half of what the client has, which must fit: packets with number 0 pass both ways.
   */
  static HalfOpen counterpart(ClientHandshake client, ServerHandshakes server) {
    ConnectionSecrets session = client.secrets();
    assertThat(session).isNotNull();
    HalfOpen entry = server.find(session.peersId());
    assertThat(entry).isNotNull();
    assertThat(entry.secrets().suite()).isEqualTo(session.suite());
    assertThat(opens(entry.secrets(), seal(session, 0))).isTrue();
    assertThat(opens(session, seal(entry.secrets(), 0))).isTrue();
    return entry;
  }
}

package dev.ferry.protocol.handshake;

import static dev.ferry.protocol.handshake.Handshakes.CLIENT;
import static dev.ferry.protocol.handshake.Handshakes.CONFIG;
import static dev.ferry.protocol.handshake.Handshakes.LAB;
import static dev.ferry.protocol.handshake.Handshakes.PARAMETERS;
import static dev.ferry.protocol.handshake.Handshakes.SECRET;
import static dev.ferry.protocol.handshake.Handshakes.START_NS;
import static dev.ferry.protocol.handshake.Handshakes.address;
import static dev.ferry.protocol.handshake.Handshakes.answer;
import static dev.ferry.protocol.handshake.Handshakes.client;
import static dev.ferry.protocol.handshake.Handshakes.complete;
import static dev.ferry.protocol.handshake.Handshakes.computed;
import static dev.ferry.protocol.handshake.Handshakes.counterpart;
import static dev.ferry.protocol.handshake.Handshakes.deliver;
import static dev.ferry.protocol.handshake.Handshakes.encode;
import static dev.ferry.protocol.handshake.Handshakes.key;
import static dev.ferry.protocol.handshake.Handshakes.lab;
import static dev.ferry.protocol.handshake.Handshakes.onlySent;
import static dev.ferry.protocol.handshake.Handshakes.opens;
import static dev.ferry.protocol.handshake.Handshakes.seal;
import static dev.ferry.protocol.handshake.Handshakes.sent;
import static dev.ferry.protocol.handshake.Handshakes.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.PeerNetworks;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.HandshakePacket.ForeignHello;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.protocol.wire.HandshakePacket.Versions;
import dev.ferry.protocol.wire.TransportParameters;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link ServerHandshakes}, but for what it does under load. */
class ServerHandshakesTest {
  private static final long KEEP_NS = 30 * Nanos.SECOND;

  private final ClientHandshake client = client(LabOffer.NONE, null, 1);
  private final byte[] hello = onlySent(client(LabOffer.NONE, null, 1), START_NS);
  private final ServerHandshakes server = server(null);

  private byte[] answerTo(byte[] datagram, long nowNs) {
    return answer(server, datagram, CLIENT, LabOffer.NONE, nowNs);
  }

  private static Hello helloWith(boolean hasSecret, byte[] message) {
    return new Hello(Hello.AES_128_GCM, hasSecret, false, 1, Bytes.EMPTY, Bytes.copyOf(message));
  }

  @Test
  void shouldAnswerTheSameHelloWithTheSameWelcome() {
    byte[] welcome = answerTo(hello, START_NS);
    Hello said = (Hello) HandshakeCodec.decodeFromClient(ByteBuffer.wrap(hello));
    byte[] withToken = encode(said.withToken(Bytes.copyOf(new byte[] {1})));
    assertThat(answerTo(hello, START_NS + 1)).isEqualTo(welcome);
    assertThat(answerTo(withToken, START_NS + 2)).isEqualTo(welcome);
    assertThat(server.size()).isOne();
    assertThat(computed(server)).isOne();

    deliver(client, welcome);
    HalfOpen entry = counterpart(client, server);
    assertThat(entry.bytesReceived()).isEqualTo(3 * 1200);
    assertThat(entry.bytesSent()).isEqualTo(3L * welcome.length);
    assertThat(entry.secrets()).isSameAs(entry.secrets());
  }

  @Test
  void shouldTellHandshakesApart() {
    byte[] first = answerTo(hello, START_NS);
    InetSocketAddress otherPort = new InetSocketAddress(CLIENT.getAddress(), 40_001);
    byte[] fromOtherPort = answer(server, hello, otherPort, LabOffer.NONE, START_NS);
    byte[] fromOtherHost = answer(server, hello, address(2, 40_000), LabOffer.NONE, START_NS);
    List<byte[]> following = sent(client(LAB, null, 1), START_NS);
    byte[] helloAfterLab = following.get(following.size() - 1);
    byte[] afterLab = answer(server, helloAfterLab, CLIENT, LAB, START_NS);
    byte[] afterOther = answer(server, helloAfterLab, CLIENT, lab("s | 0 | b", "a | 1"), START_NS);
    byte[] byAnother = answerTo(onlySent(client(LabOffer.NONE, null, 2), START_NS), START_NS);
    assertThat(List.of(first, fromOtherPort, fromOtherHost, afterLab, afterOther, byAnother))
        .extracting(Bytes::copyOf)
        .doesNotHaveDuplicates();
    assertThat(server.size()).isEqualTo(6);
    assertThat(answerTo(hello, START_NS)).isEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource({"false, false, true", "false, true, false", "true, false, false", "true, true, true"})
  void shouldInsistOnItsSecret(boolean serverHasSecret, boolean clientHasSecret, boolean answered) {
    ServerHandshakes server = server(serverHasSecret ? SECRET : null);
    ClientHandshake client = client(LAB, clientHasSecret ? SECRET : null, 2);
    complete(client, server, CLIENT, LAB);
    assertThat(client.secrets() != null).isEqualTo(answered);
    assertThat(server.size()).isEqualTo(answered ? 1 : 0);
    if (answered) {
      counterpart(client, server);
    }
  }

  @Test
  void shouldAnswerNobodyWithAnotherSecret() {
    ServerHandshakes server = server(SECRET);
    complete(client(LAB, SharedSecret.copyOf(key(8)), 2), server, CLIENT, LAB);
    assertThat(server.size()).isZero();
    assertThat(computed(server)).isZero();
  }

  @Test
  void shouldNotAnswerAMessageWithoutWellFormedParameters() {
    ServerHandshakes withSecret = server(SECRET);
    Random random = new Random(1);
    for (int length : new int[] {0, 1, 31, 33, 47, 48, 49, 1000, 60_000}) {
      byte[] message = new byte[length];
      random.nextBytes(message);
      assertThat(answerTo(encode(helloWith(false, message)), START_NS)).isNull();
      byte[] datagram = encode(helloWith(true, message));
      assertThat(answer(withSecret, datagram, CLIENT, LAB, START_NS)).isNull();
    }
    assertThat(server.size() + withSecret.size()).isZero();
    assertThat(answerTo(encode(helloWith(false, key(1))), START_NS)).isNotNull();
  }

  @Test
  void shouldNotMindUnknownParameters() {
    byte[] unknown = Arrays.copyOf(key(1), 32 + 4);
    System.arraycopy(new byte[] {63, 2, 0, 0}, 0, unknown, 32, 4);
    assertThat(answerTo(encode(helloWith(false, unknown)), START_NS)).isNotNull();
    byte[] tooLong = Arrays.copyOf(key(1), 32 + TransportParameters.MAX_BYTES + 1);
    System.arraycopy(new byte[] {63, 0x43, (byte) 0xbe}, 0, tooLong, 32, 3);
    assertThat(answerTo(encode(helloWith(false, tooLong)), START_NS)).isNull();
    byte[] longest = Arrays.copyOf(tooLong, tooLong.length - 1);
    longest[34]--;
    assertThat(answerTo(encode(helloWith(false, longest)), START_NS)).isNotNull();
  }

  /** It would cost a computation, and the table would never fill. */
  @Test
  void shouldComputeNothingForAWorthlessKey() {
    assertThat(answerTo(encode(helloWith(false, new byte[32])), START_NS)).isNull();
    assertThat(computed(server)).isZero();
    assertThat(server.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "AES_128_GCM, AES_128_GCM, AES_128_GCM, AES_128_GCM",
    "AES_128_GCM, AES_128_GCM, CHACHA20_POLY1305, AES_128_GCM",
    "AES_128_GCM, CHACHA20_POLY1305, CHACHA20_POLY1305, CHACHA20_POLY1305",
    "CHACHA20_POLY1305, AES_128_GCM, CHACHA20_POLY1305, CHACHA20_POLY1305",
    "CHACHA20_POLY1305, AES_128_GCM, AES_128_GCM, AES_128_GCM"
  })
  void shouldChooseTheSuiteThatItPrefers(
      CipherSuite preferred, CipherSuite one, CipherSuite other, CipherSuite chosen) {
    ServerHandshakeConfig config = new ServerHandshakeConfig(4, PARAMETERS, preferred);
    ServerHandshakes server = server(config, null, 1);
    ClientHandshake client =
        new ClientHandshake(LabOffer.NONE, null, EnumSet.of(one, other), PARAMETERS, new Random(2));
    complete(client, server, CLIENT, LabOffer.NONE);
    assertThat(counterpart(client, server).secrets().suite()).isEqualTo(chosen);
    assertThat(client.secrets().peers()).isEqualTo(PARAMETERS);
  }

  /** Draws the given ids. */
  private static final class Loaded extends Random {
    private static final long serialVersionUID = 1;
    private final transient Queue<Integer> next = new ArrayDeque<>();
    private final Random other = new Random(1);

    Loaded(Integer... ids) {
      super(1);
      next.addAll(List.of(ids));
    }

    @Override
    public void nextBytes(byte[] bytes) {
      other.nextBytes(bytes);
    }

    @Override
    public int nextInt() {
      return next.remove();
    }
  }

  @Test
  void shouldGiveEachItsOwnId() {
    Loaded random = new Loaded(3, 5, 5, 3, 5, 0);
    ServerHandshakes server =
        new ServerHandshakes(
            CONFIG,
            null,
            id -> id == 3,
            new AtomicLong()::incrementAndGet,
            ServerHandshakes.helloRate(new PeerNetworks(1, List.of())),
            random);
    for (int i = 0; i < 2; i++) {
      complete(client(LabOffer.NONE, null, i), server, CLIENT, LabOffer.NONE);
    }
    assertThat(server.size()).isEqualTo(2);
    assertThat(server.find(5).serverId()).isEqualTo(5);
    assertThat(server.find(0).serverId()).isZero();
    assertThat(server.find(3)).isNull();
  }

  @Test
  void shouldForgetThirtySecondsAfterTheLastWelcome() {
    assertThat(server.nextTimeout()).isEqualTo(Nanos.NEVER);
    answerTo(hello, START_NS);
    answerTo(onlySent(client(LabOffer.NONE, null, 2), START_NS), START_NS + 1);
    assertThat(server.nextTimeout()).isEqualTo(START_NS + KEEP_NS);
    answerTo(hello, START_NS + KEEP_NS - 1);
    assertThat(server.nextTimeout()).isEqualTo(START_NS + 1 + KEEP_NS);
    server.onTimeout(START_NS + KEEP_NS);
    assertThat(server.size()).isEqualTo(2);
    server.onTimeout(START_NS + 1 + KEEP_NS);
    assertThat(server.size()).isOne();
    server.onTimeout(START_NS + 2 * KEEP_NS - 1);
    assertThat(server.size()).isZero();
    assertThat(server.nextTimeout()).isEqualTo(Nanos.NEVER);
  }

  @Test
  void shouldNotAnswerFromAnExpiredEntryIfNobodyCalledInTime() {
    byte[] welcome = answerTo(hello, START_NS);
    assertThat(answerTo(hello, START_NS + KEEP_NS)).isNotNull().isNotEqualTo(welcome);
    assertThat(server.size()).isOne();
  }

  @Test
  void shouldHandOverWhatIsEstablished() {
    deliver(client, answerTo(hello, START_NS));
    HalfOpen entry = counterpart(client, server);
    server.promote(entry);
    assertThat(server.find(entry.serverId())).isNull();
    assertThat(server.size()).isZero();
    assertThat(server.nextTimeout()).isEqualTo(Nanos.NEVER);
    server.promote(entry);
  }

  /**
   * Who repeats an old hello gets a handshake with other keys, which the connection does not
   * notice, and with which neither he nor the client can do anything.
   */
  @Test
  void shouldGiveNothingToWhoReplaysAHello() {
    ServerHandshakes server =
        new ServerHandshakes(
            CONFIG,
            null,
            id -> false,
            new AtomicLong()::incrementAndGet,
            ServerHandshakes.helloRate(new PeerNetworks(1, List.of())),
            new Loaded(3, 5));
    complete(client, server, CLIENT, LabOffer.NONE);
    ConnectionSecrets established = client.secrets();
    HalfOpen genuine = counterpart(client, server);
    server.promote(genuine);

    for (int i = 0; i < 100; i++) {
      byte[] welcome = answer(server, hello, CLIENT, LabOffer.NONE, START_NS + i);
      assertThat(welcome).hasSizeLessThan(100);
      deliver(client, welcome);
    }
    assertThat(server.size()).isOne();
    assertThat(client.secrets()).isSameAs(established);

    ConnectionSecrets ghost = server.find(5).secrets();
    byte[] packet = seal(established, 1);
    assertThat(opens(genuine.secrets(), packet)).isTrue();
    ByteBuffer.wrap(packet).putInt(1, 5);
    assertThat(opens(ghost, packet)).isFalse();
    assertThat(opens(established, seal(ghost, 1))).isFalse();
    server.onTimeout(START_NS + 99 + KEEP_NS);
    assertThat(server.size()).isZero();
  }

  @Test
  void shouldSayWhichVersionItSpeaks() {
    byte[] foreign = encode(new ForeignHello(1, 77));
    byte[] answer = answerTo(foreign, START_NS);
    assertThat(HandshakeCodec.decodeFromServer(ByteBuffer.wrap(answer)))
        .isEqualTo(new Versions(77, List.of(2)));
    assertThat(server.size()).isZero();
  }

  /** Two servers that hear each other fall silent. */
  @Test
  void shouldNotAnswerAnswers() {
    ServerHandshakes crowded =
        server(new ServerHandshakeConfig(1, PARAMETERS, CipherSuite.AES_128_GCM), null, 1);
    byte[] welcome = answer(crowded, hello, CLIENT, LabOffer.NONE, START_NS);
    byte[] retry = answer(crowded, hello, address(2, 1), LabOffer.NONE, START_NS);
    byte[] versions = answerTo(encode(new ForeignHello(1, 77)), START_NS);
    for (byte[] datagram : List.of(welcome, retry, versions)) {
      assertThat(answerTo(datagram, START_NS)).isNull();
    }
  }

  @Test
  void shouldRejectAnUnusableConfiguration() {
    assertThatThrownBy(() -> new ServerHandshakeConfig(0, PARAMETERS, CipherSuite.AES_128_GCM))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LabOffer.of(new byte[1], new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

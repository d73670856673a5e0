package dev.ferry.protocol.handshake;

import static dev.ferry.protocol.handshake.Handshakes.BOTH;
import static dev.ferry.protocol.handshake.Handshakes.CLIENT;
import static dev.ferry.protocol.handshake.Handshakes.CONFIG;
import static dev.ferry.protocol.handshake.Handshakes.LAB;
import static dev.ferry.protocol.handshake.Handshakes.PARAMETERS;
import static dev.ferry.protocol.handshake.Handshakes.SECRET;
import static dev.ferry.protocol.handshake.Handshakes.START_NS;
import static dev.ferry.protocol.handshake.Handshakes.answer;
import static dev.ferry.protocol.handshake.Handshakes.client;
import static dev.ferry.protocol.handshake.Handshakes.complete;
import static dev.ferry.protocol.handshake.Handshakes.counterpart;
import static dev.ferry.protocol.handshake.Handshakes.deliver;
import static dev.ferry.protocol.handshake.Handshakes.encode;
import static dev.ferry.protocol.handshake.Handshakes.key;
import static dev.ferry.protocol.handshake.Handshakes.onlySent;
import static dev.ferry.protocol.handshake.Handshakes.sent;
import static dev.ferry.protocol.handshake.Handshakes.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Jitter;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.protocol.wire.HandshakePacket.Retry;
import dev.ferry.protocol.wire.HandshakePacket.Versions;
import dev.ferry.protocol.wire.HandshakePacket.Welcome;
import dev.ferry.protocol.wire.WelcomeTerms;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link ClientHandshake}. */
class ClientHandshakeTest {
  private static Hello hello(byte[] datagram) {
    return (Hello) HandshakeCodec.decodeFromClient(ByteBuffer.wrap(datagram));
  }

  private static byte[] retry(Hello hello, int token) {
    return encode(new Retry(hello.clientId(), Bytes.copyOf(new byte[] {(byte) token})));
  }

  @Test
  void shouldAgreeWithTheServer() {
    for (LabOffer lab : List.of(LabOffer.NONE, LAB)) {
      for (SharedSecret secret : new SharedSecret[] {null, SECRET}) {
        ClientHandshake client = client(lab, secret, 1);
        ServerHandshakes server = server(secret);
        complete(client, server, CLIENT, lab);

        HalfOpen entry = counterpart(client, server);
        assertThat(entry.address()).isEqualTo(CLIENT);
        assertThat(client.secrets().peers()).isEqualTo(CONFIG.parameters());
        assertThat(entry.secrets().peers()).isEqualTo(PARAMETERS);
        assertThat(client.rejectedWelcomes()).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldOfferTheSuitesThatItTakes(CipherSuite suite) {
    ClientHandshake client =
        new ClientHandshake(LabOffer.NONE, null, EnumSet.of(suite), PARAMETERS, new Random(1));
    ServerHandshakes server = server(null);
    complete(client, server, CLIENT, LabOffer.NONE);
    assertThat(counterpart(client, server).secrets().suite()).isEqualTo(suite);
  }

  @Test
  void shouldRepeatTheSameHelloSoonAndThenAlmostTwiceASecond() {
    ClientHandshake client = client(LabOffer.NONE, null, 1);
    assertThat(client.nextTimeout()).isEqualTo(Nanos.NEVER);
    assertThat(client.firstSentNs()).isEqualTo(Nanos.NEVER);
    byte[] first = onlySent(client, START_NS);
    assertThat(first).hasSizeGreaterThanOrEqualTo(1200);
    long dueNs = START_NS;
    for (int i = 0; i < 100; i++) {
      long afterMs = i == 0 ? 100 : i == 1 ? 200 : i == 2 ? 400 : 500;
      dueNs += Jitter.lengthen(afterMs * Nanos.MILLISECOND, i);
      assertThat(client.nextTimeout()).isEqualTo(dueNs);
      client.onTimeout(dueNs - 1);
      assertThat(sent(client, dueNs - 1)).isEmpty();
      client.onTimeout(dueNs);
      assertThat(onlySent(client, dueNs)).isEqualTo(first);
    }
    assertThat(client.firstSentNs()).isEqualTo(START_NS);
  }

  @Test
  void shouldRepeatTheHelloByWhatIsKnownOfThePath() {
    for (long firstMs : new long[] {20, 700}) {
      ClientHandshake client =
          client(LabOffer.NONE, null, 1).repeatFirstAfter(firstMs * Nanos.MILLISECOND);
      onlySent(client, START_NS);
      long dueNs = START_NS;
      long afterMs = firstMs;
      for (int i = 0; i < 10; i++) {
        dueNs += Jitter.lengthen(afterMs * Nanos.MILLISECOND, i);
        assertThat(client.nextTimeout()).isEqualTo(dueNs);
        client.onTimeout(dueNs);
        onlySent(client, dueNs);
        afterMs = Math.max(afterMs, Math.min(2 * afterMs, 500));
      }
    }
  }

  @Test
  void shouldRepeatTheLabStartBeforeEachRepetition() {
    ClientHandshake client = client(LAB, null, 1);
    byte[] first = onlySent(client, START_NS);
    client.onTimeout(client.nextTimeout());
    assertThat(sent(client, START_NS)).containsExactly(LAB.start().toArray(), first);
    deliver(client, retry(hello(first), 1));
    assertThat(sent(client, START_NS)).hasSize(2).startsWith(LAB.start().toArray());
  }

  @Test
  void shouldEndWithTheWelcome() {
    ClientHandshake client = client(LabOffer.NONE, null, 1);
    Hello hello = hello(onlySent(client, START_NS));
    byte[] welcome = answer(server(null), encode(hello), CLIENT, LabOffer.NONE, START_NS);
    client.onTimeout(client.nextTimeout()); // Another hello is due, and no longer sent.
    deliver(client, welcome);
    ConnectionSecrets session = client.secrets();
    assertThat(session).isNotNull();
    assertThat(client.nextTimeout()).isEqualTo(Nanos.NEVER);

    deliver(client, welcome);
    deliver(client, retry(hello, 1));
    deliver(client, encode(new Versions(hello.clientId(), List.of(9))));
    deliver(client, encode(new Welcome(hello.clientId(), Bytes.EMPTY)));
    client.onTimeout(START_NS + Nanos.SECOND);
    assertThat(client.secrets()).isSameAs(session);
    assertThat(client.refusedFor()).isEmpty();
    assertThat(client.rejectedWelcomes()).isZero();
    assertThat(sent(client, START_NS + Nanos.SECOND)).isEmpty();
  }

  @Test
  void shouldLeaveToOthersWhatIsNotForIt() {
    ClientHandshake client = client(LAB, null, 1);
    Hello hello = hello(onlySent(client, START_NS));
    byte[] others = encode(new Retry(hello.clientId() + 1, Bytes.copyOf(new byte[] {1})));
    for (byte[] datagram :
        List.of(others, encode(hello), LAB.acknowledgement().toArray(), new byte[0])) {
      ByteBuffer buffer = ByteBuffer.wrap(datagram);
      assertThat(client.handle(buffer)).isFalse();
      assertThat(buffer.position()).isZero();
    }
    assertThat(client.handle(ByteBuffer.wrap(retry(hello, 1)))).isTrue();
  }

  @Test
  void shouldObeyARetryAtOnce() {
    ClientHandshake client = client(LabOffer.NONE, null, 1);
    Hello hello = hello(onlySent(client, START_NS));
    long timeoutNs = client.nextTimeout();
    deliver(client, retry(hello, 5));
    Hello again = hello(onlySent(client, START_NS + 1));
    assertThat(again).isEqualTo(hello.withToken(Bytes.copyOf(new byte[] {5})));
    assertThat(client.nextTimeout()).isEqualTo(timeoutNs);

    deliver(client, retry(hello, 5));
    assertThat(sent(client, START_NS + 2)).as("a duplicate").isEmpty();
    client.onTimeout(timeoutNs);
    assertThat(hello(onlySent(client, timeoutNs))).isEqualTo(again);
  }

  @Test
  void shouldNotBeMadeToSendMuchByForgedRetries() {
    ClientHandshake client = client(LabOffer.NONE, null, 1);
    Hello hello = hello(onlySent(client, START_NS));
    long nowNs = START_NS;
    for (int i = 0; i < 10; i++) {
      int repetitions = 0;
      for (int token = 1; token < 100; token++) {
        deliver(client, retry(hello, token));
        repetitions += sent(client, nowNs).size();
      }
      assertThat(repetitions).isEqualTo(ClientHandshake.RETRIES);
      nowNs = client.nextTimeout();
      client.onTimeout(nowNs);
      assertThat(sent(client, nowNs)).hasSize(1);
    }
  }

  @Test
  void shouldSayWhichVersionsTheServerSpeaks() {
    ClientHandshake client = client(LabOffer.NONE, null, 1);
    int clientId = hello(onlySent(client, START_NS)).clientId();
    deliver(client, encode(new Versions(clientId, List.of(1, 2))));
    assertThat(client.refusedFor()).as("its own is among them").isEmpty();
    deliver(client, encode(new Versions(clientId, List.of(1, 3))));
    assertThat(client.refusedFor()).containsExactly(1, 3);
    assertThat(client.nextTimeout()).isEqualTo(Nanos.NEVER);
    assertThat(sent(client, START_NS)).isEmpty();
  }

  /** Whoever has read the hello can say no in the server's name, but cannot be the server. */
  @Test
  void shouldNotBeShutOutByForgeries() {
    for (SharedSecret secret : new SharedSecret[] {null, SECRET}) {
      ClientHandshake client = client(LAB, secret, 1);
      ServerHandshakes server = server(secret);
      byte[] datagram = onlySent(client, START_NS);
      byte[] genuine = answer(server, datagram, CLIENT, LAB, START_NS);
      Random random = new Random(2);
      int forged = 100;
      for (int i = 0; i < forged; i++) {
        byte[] message = new byte[random.nextInt(100)];
        random.nextBytes(message);
        int clientId = hello(datagram).clientId();
        deliver(client, encode(new Welcome(clientId, Bytes.copyOf(message))));
        deliver(client, retry(hello(datagram), i));
      }
      assertThat(client.secrets()).isNull();
      assertThat(client.rejectedWelcomes()).isEqualTo(forged);
      deliver(client, genuine);
      counterpart(client, server);
    }
  }

  /** By a server that does not keep to the protocol; without a secret anybody can be one. */
  private static byte[] welcome(Hello hello, byte[] payload) throws GeneralSecurityException {
    NoiseHandshake noise =
        new NoiseHandshake(false, Prologue.of(LabOffer.NONE, hello), null, key(3));
    noise.read(hello.handshake().toArray());
    return encode(new Welcome(hello.clientId(), Bytes.copyOf(noise.write(payload))));
  }

  @Test
  void shouldNotTakeTermsThatItHasNotOffered() throws GeneralSecurityException {
    ClientHandshake client =
        new ClientHandshake(
            LabOffer.NONE, null, Set.of(CipherSuite.CHACHA20_POLY1305), PARAMETERS, new Random(1));
    Hello hello = hello(onlySent(client, START_NS));
    deliver(client, welcome(hello, new WelcomeTerms(Hello.AES_128_GCM, 1, PARAMETERS).encode()));
    deliver(client, welcome(hello, new byte[7]));
    deliver(client, welcome(hello, new byte[0]));
    assertThat(client.secrets()).isNull();
    assertThat(client.rejectedWelcomes()).isEqualTo(3);
    deliver(
        client, welcome(hello, new WelcomeTerms(Hello.CHACHA20_POLY1305, 1, PARAMETERS).encode()));
    assertThat(client.secrets()).isNotNull();
  }

  @Test
  void shouldNeedRoomAndASecretOfTheRightLength() {
    ClientHandshake client = client(LabOffer.NONE, null, 1);
    assertThatThrownBy(() -> client.pollTransmit(START_NS, ByteBuffer.allocate(1199)))
        .isInstanceOf(BufferOverflowException.class);
    assertThat(onlySent(client, START_NS)).hasSize(1200);
    assertThatThrownBy(() -> SharedSecret.copyOf(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SharedSecret.copyOf(new byte[33]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new ClientHandshake(LabOffer.NONE, null, Set.of(), PARAMETERS, new Random(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldBeAnotherClientEachTime() {
    Random random = new Random(1);
    Hello one =
        hello(
            onlySent(new ClientHandshake(LabOffer.NONE, null, BOTH, PARAMETERS, random), START_NS));
    Hello two =
        hello(
            onlySent(new ClientHandshake(LabOffer.NONE, null, BOTH, PARAMETERS, random), START_NS));
    assertThat(one.clientId()).isNotEqualTo(two.clientId());
    assertThat(one.handshake()).isNotEqualTo(two.handshake());
  }
}

package dev.ferry.protocol.handshake;

import static dev.ferry.protocol.handshake.Handshakes.CLIENT;
import static dev.ferry.protocol.handshake.Handshakes.LAB;
import static dev.ferry.protocol.handshake.Handshakes.PARAMETERS;
import static dev.ferry.protocol.handshake.Handshakes.SECRET;
import static dev.ferry.protocol.handshake.Handshakes.START_NS;
import static dev.ferry.protocol.handshake.Handshakes.answer;
import static dev.ferry.protocol.handshake.Handshakes.client;
import static dev.ferry.protocol.handshake.Handshakes.computed;
import static dev.ferry.protocol.handshake.Handshakes.counterpart;
import static dev.ferry.protocol.handshake.Handshakes.deliver;
import static dev.ferry.protocol.handshake.Handshakes.encode;
import static dev.ferry.protocol.handshake.Handshakes.lab;
import static dev.ferry.protocol.handshake.Handshakes.onlySent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever somebody changes on the way breaks the handshake. In each test one client sees many
 * attempts, and in the end the answer that nobody has touched: that shows that nothing else was
 * wrong.
 */
class HandshakeTamperingTest {
  private static final ServerHandshakeConfig ROOMY =
      new ServerHandshakeConfig(1 << 20, PARAMETERS, CipherSuite.AES_128_GCM);

  private static final byte WELCOME = (byte) 0xc1;
  private static final int CLIENT_ID_AT = 4;
  private static final int CLIENT_ID_AT_IN_WELCOME = 2;

  private ServerHandshakes server;
  private ClientHandshake client;
  private byte[] hello;

  /** The bits of the client's parameters, and of the length of the message that ends with them. */
  private static long parametersBits() {
    return (long) (PARAMETERS.encodedBytes() + Short.BYTES) * Byte.SIZE;
  }

  private void begin(boolean withSecret) {
    SharedSecret secret = withSecret ? SECRET : null;
    server = Handshakes.server(ROOMY, secret, 1);
    client = client(LAB, secret, 2);
    hello = onlySent(client, START_NS);
  }

  private byte[] answerTo(byte[] datagram, LabOffer lab) {
    return answer(server, datagram, CLIENT, lab, START_NS);
  }

  private void shouldFail(byte[] answer, String what) {
    deliver(client, answer);
    assertThat(client.secrets()).as(what).isNull();
  }

  private void shouldSucceedUntouched() {
    deliver(client, answerTo(hello, LAB));
    counterpart(client, server);
  }

  private static byte[] flip(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
    return flipped;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldBreakWithEveryBitOfTheHello(boolean withSecret) {
    begin(withSecret);
    long answered = 0;
    for (int bit = 0; bit < hello.length * Byte.SIZE; bit++) {
      byte[] answer = answerTo(flip(hello, bit), LAB);
      answered += answer != null && answer[0] == WELCOME ? 1 : 0;
      if (answer != null && answer.length > CLIENT_ID_AT_IN_WELCOME + Integer.BYTES) {
        // So that the client does not overlook it.
        System.arraycopy(hello, CLIENT_ID_AT, answer, CLIENT_ID_AT_IN_WELCOME, Integer.BYTES);
      }
      shouldFail(answer, "bit " + bit);
    }
    // Suites (but none at all is none), that a start led here, client's id, key, and some of the
    // parameters; where there is a secret the server notices first.
    long least = withSecret ? 0 : 3 + Integer.SIZE + NoiseHandshake.KEY_BYTES * Byte.SIZE;
    assertThat(answered).isBetween(least, least + (withSecret ? 0 : parametersBits()));
    assertThat(client.rejectedWelcomes()).isEqualTo(answered);
    shouldSucceedUntouched();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldBreakWithEveryBitOfTheLabMessages(boolean withSecret) {
    begin(withSecret);
    byte[] start = LAB.start().toArray();
    byte[] acknowledgement = LAB.acknowledgement().toArray();
    for (int bit = 0; bit < start.length * Byte.SIZE; bit++) {
      LabOffer other = LabOffer.of(flip(start, bit), acknowledgement);
      shouldFail(answerTo(hello, other), "bit " + bit + " of the start");
    }
    for (int bit = 0; bit < acknowledgement.length * Byte.SIZE; bit++) {
      LabOffer other = LabOffer.of(start, flip(acknowledgement, bit));
      shouldFail(answerTo(hello, other), "bit " + bit + " of the acknowledgement");
    }
    int bits = (start.length + acknowledgement.length) * Byte.SIZE;
    assertThat(client.rejectedWelcomes()).isEqualTo(withSecret ? 0 : bits);
    shouldSucceedUntouched();
  }

  @Test
  void shouldBreakIfTheLabMessagesAreCutElsewhereOrLeftOut() {
    begin(false);
    byte[] start = LAB.start().toArray();
    byte[] acknowledgement = LAB.acknowledgement().toArray();
    byte[] longer = Arrays.copyOf(start, start.length + 1);
    longer[start.length] = acknowledgement[0];
    byte[] shorter = Arrays.copyOfRange(acknowledgement, 1, acknowledgement.length);
    shouldFail(answerTo(hello, LabOffer.of(longer, shorter)), "cut elsewhere");
    shouldFail(answerTo(hello, LabOffer.NONE), "left out");
    shouldSucceedUntouched();
  }

  /** Somebody may have sent a lab start from the client's address, in this life or another. */
  @Test
  void shouldNotMindAStartThatDidNotLeadHere() {
    begin(false);
    client = client(LabOffer.NONE, null, 3);
    hello = onlySent(client, START_NS);
    deliver(client, answerTo(hello, LAB));
    counterpart(client, server);
  }

  /** Towards the server the start is a lab client's, towards the client the answer is Ferry's. */
  @Test
  void shouldBreakIfTheOfferIsStripped() {
    begin(false);
    LabOffer stripped = lab("s | 0 | a name | 1234", "a | 1 | 1472");
    shouldFail(answerTo(hello, stripped), "stripped");
    assertThat(client.rejectedWelcomes()).isOne();
    shouldSucceedUntouched();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldBreakWithEveryBitAndEveryByteOfTheWelcome(boolean withSecret) {
    begin(withSecret);
    byte[] welcome = answerTo(hello, LAB);
    for (int bit = 0; bit < welcome.length * Byte.SIZE; bit++) {
      shouldFail(flip(welcome, bit), "bit " + bit);
    }
    for (int length = 0; length < welcome.length; length++) {
      shouldFail(Arrays.copyOf(welcome, length), "length " + length);
    }
    shouldFail(Arrays.copyOf(welcome, welcome.length + 1), "a byte more");
    shouldSucceedUntouched();
  }

  /** Whoever stands between can make the hello look so, and answer it, but not be believed. */
  @Test
  void shouldBreakIfTheSecretIsDenied() {
    begin(true);
    Hello said = (Hello) HandshakeCodec.decodeFromClient(ByteBuffer.wrap(hello));
    byte[] key = Arrays.copyOf(said.handshake().toArray(), NoiseHandshake.KEY_BYTES);
    Hello denied =
        new Hello(
            said.suites(),
            false,
            said.followsStart(),
            said.clientId(),
            said.token(),
            Bytes.copyOf(key));
    assertThat(answerTo(encode(denied), LAB)).isNull();
    byte[] answer = answer(Handshakes.server(null), encode(denied), CLIENT, LAB, START_NS);
    assertThat(answer).isNotNull();
    shouldFail(answer, "denied");
    assertThat(client.rejectedWelcomes()).isOne();
    shouldSucceedUntouched();
  }

  @Test
  void shouldBreakWithoutTheServersSecret() {
    begin(true);
    server = Handshakes.server(ROOMY, SharedSecret.copyOf(Handshakes.key(8)), 1);
    assertThat(answerTo(hello, LAB)).isNull();
    assertThat(List.of(server.size(), (int) computed(server))).containsOnly(0);
  }

  /** The token belongs to the server alone, and means nothing once it has let the hello in. */
  @Test
  void shouldNotDependOnTheToken() {
    begin(false);
    Hello said = (Hello) HandshakeCodec.decodeFromClient(ByteBuffer.wrap(hello));
    Bytes token = Bytes.copyOf(new byte[] {1, 2, 3});
    deliver(client, answerTo(encode(said.withToken(token)), LAB));
    counterpart(client, server);
  }
}

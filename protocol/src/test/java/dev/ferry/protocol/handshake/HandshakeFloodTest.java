package dev.ferry.protocol.handshake;

import static dev.ferry.protocol.handshake.Handshakes.CLIENT;
import static dev.ferry.protocol.handshake.Handshakes.PARAMETERS;
import static dev.ferry.protocol.handshake.Handshakes.START_NS;
import static dev.ferry.protocol.handshake.Handshakes.address;
import static dev.ferry.protocol.handshake.Handshakes.answer;
import static dev.ferry.protocol.handshake.Handshakes.client;
import static dev.ferry.protocol.handshake.Handshakes.computed;
import static dev.ferry.protocol.handshake.Handshakes.counterpart;
import static dev.ferry.protocol.handshake.Handshakes.deliver;
import static dev.ferry.protocol.handshake.Handshakes.encode;
import static dev.ferry.protocol.handshake.Handshakes.onlySent;
import static dev.ferry.protocol.handshake.Handshakes.sent;
import static dev.ferry.protocol.handshake.Handshakes.server;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.PeerNetworks;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.protocol.wire.HandshakePacket.Retry;
import dev.ferry.protocol.wire.HandshakePacket.ToClient;
import dev.ferry.protocol.wire.HandshakePacket.Welcome;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@link ServerHandshakes} when many strangers knock. */
class HandshakeFloodTest {
  private static final int CAPACITY = 400;

  /** The first number of entries that is more than a quarter. */
  private static final int CROWD = 101;

  private final Random random = new Random(3);
  private final ServerHandshakes server =
      server(
          new ServerHandshakeConfig(CAPACITY, PARAMETERS, CipherSuite.AES_128_GCM),
          null,
          ServerHandshakes.helloRate(new PeerNetworks(4, List.of())),
          4);

  private Hello stranger() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return new Hello(3, false, false, random.nextInt(), Bytes.EMPTY, Bytes.copyOf(key));
  }

  private ToClient ask(Hello hello, InetSocketAddress from, long nowNs) {
    byte[] answer = answer(server, encode(hello), from, LabOffer.NONE, nowNs);
    assertThat(answer).hasSizeLessThan(100);
    return HandshakeCodec.decodeFromServer(ByteBuffer.wrap(answer));
  }

  private Bytes token(Hello hello, InetSocketAddress from, long nowNs) {
    return ((Retry) ask(hello, from, nowNs)).token();
  }

  private void crowd(long nowNs) {
    for (int i = server.size(); i < CROWD; i++) {
      ask(stranger(), address(1000 + i, 1), nowNs);
    }
    assertThat(server.size()).isEqualTo(CROWD);
  }

  @Test
  void shouldKeepNothingOfTenThousandSpoofedHellosAndServeAnHonestClient() {
    int spoofed = 10_000;
    int retries = 0;
    for (int i = 0; i < spoofed; i++) {
      retries += ask(stranger(), address(i, 7), START_NS + i) instanceof Retry ? 1 : 0;
    }
    assertThat(server.size()).isEqualTo(CROWD);
    assertThat(computed(server)).isEqualTo(CROWD);
    assertThat(retries).isEqualTo(spoofed - CROWD);

    ClientHandshake client = client(LabOffer.NONE, null, 5);
    long nowNs = START_NS + Nanos.SECOND;
    for (int i = 0; i < 2; i++) {
      byte[] hello = onlySent(client, nowNs);
      deliver(client, answer(server, hello, CLIENT, LabOffer.NONE, nowNs));
    }
    counterpart(client, server);
    assertThat(computed(server)).isEqualTo(CROWD + 1);

    server.onTimeout(nowNs + 30 * Nanos.SECOND);
    assertThat(server.size()).isZero();
  }

  @Test
  void shouldAskForNoTokenAgainOnceItHasAnswered() {
    ClientHandshake client = client(LabOffer.NONE, null, 5);
    byte[] hello = onlySent(client, START_NS);
    byte[] welcome = answer(server, hello, CLIENT, LabOffer.NONE, START_NS);
    crowd(START_NS);
    assertThat(answer(server, hello, CLIENT, LabOffer.NONE, START_NS)).isEqualTo(welcome);
  }

  @Test
  void shouldMakeRoomByTheOldestIfStrangersHaveTokens() {
    crowd(START_NS);
    int clients = 1000;
    for (int i = 0; i < clients; i++) {
      InetSocketAddress from = address(i, 8);
      Hello hello = stranger();
      Hello again = hello.withToken(token(hello, from, START_NS));
      assertThat(ask(again, from, START_NS)).isNotInstanceOf(Retry.class);
      assertThat(server.size()).isEqualTo(Math.min(CROWD + 1 + i, CAPACITY));
    }
    assertThat(computed(server)).isEqualTo(CROWD + clients);
  }

  @Test
  void shouldKeepWhoWasAnsweredLastWhenItMakesRoom() {
    ClientHandshake client = client(LabOffer.NONE, null, 5);
    byte[] hello = onlySent(client, START_NS);
    byte[] welcome = answer(server, hello, CLIENT, LabOffer.NONE, START_NS);
    crowd(START_NS);
    for (int i = 0; i < 2 * CAPACITY; i++) {
      Hello stranger = stranger();
      ask(stranger.withToken(token(stranger, address(i, 8), START_NS)), address(i, 8), START_NS);
      if (i % 100 == 0) {
        assertThat(answer(server, hello, CLIENT, LabOffer.NONE, START_NS)).isEqualTo(welcome);
      }
    }
    deliver(client, welcome);
    counterpart(client, server);
  }

  @Test
  void shouldTakeNobodyElsesTokenAndNoOldOne() {
    crowd(START_NS);
    Hello hello = stranger();
    Bytes token = token(hello, CLIENT, START_NS);
    long lateNs = START_NS + 30 * Nanos.SECOND + 1;
    assertThat(ask(hello.withToken(token), address(9, 9), START_NS)).isInstanceOf(Retry.class);
    assertThat(ask(stranger().withToken(token), CLIENT, START_NS)).isInstanceOf(Retry.class);
    server.onTimeout(lateNs);
    crowd(lateNs);
    assertThat(ask(hello.withToken(token), CLIENT, lateNs)).isInstanceOf(Retry.class);
    assertThat(server.size()).isEqualTo(CROWD);
    Bytes fresh = token(hello, CLIENT, lateNs);
    assertThat(ask(hello.withToken(fresh), CLIENT, lateNs)).isNotInstanceOf(Retry.class);
  }

  /** A client that has spent its patience with forged retries obeys the true one soon enough. */
  @Test
  void shouldLetAClientInThatHasGotForgedTokens() {
    crowd(START_NS);
    ClientHandshake client = client(LabOffer.NONE, null, 5);
    byte[] first = onlySent(client, START_NS);
    int clientId = ((Hello) HandshakeCodec.decodeFromClient(ByteBuffer.wrap(first))).clientId();
    for (byte token = 0; token < 10; token++) {
      deliver(client, encode(new Retry(clientId, Bytes.copyOf(new byte[] {token}))));
      sent(client, START_NS);
    }
    deliver(client, answer(server, first, CLIENT, LabOffer.NONE, START_NS));
    assertThat(sent(client, START_NS)).as("too many retries").isEmpty();

    long nowNs = client.nextTimeout();
    client.onTimeout(nowNs);
    for (List<byte[]> hellos = sent(client, nowNs); !hellos.isEmpty(); ) {
      deliver(client, answer(server, hellos.get(0), CLIENT, LabOffer.NONE, nowNs));
      hellos = sent(client, nowNs);
    }
    counterpart(client, server);
  }

  /** Who was beyond the rate of his network comes again with the same hello, as clients do. */
  @Test
  void shouldTakeATokenThatCameTooEarlyAgain() {
    crowd(START_NS);
    for (int i = 0; i < ServerHandshakes.BURST; i++) {
      Hello other = stranger();
      ask(other.withToken(token(other, CLIENT, START_NS)), CLIENT, START_NS);
    }
    Hello hello = stranger();
    byte[] proved = encode(hello.withToken(token(hello, CLIENT, START_NS)));
    assertThat(answer(server, proved, CLIENT, LabOffer.NONE, START_NS)).isNull();

    long laterNs = START_NS + Nanos.SECOND;
    assertThat(
            HandshakeCodec.decodeFromServer(
                ByteBuffer.wrap(answer(server, proved, CLIENT, LabOffer.NONE, laterNs))))
        .isInstanceOf(Welcome.class);
  }

  @Test
  void shouldComputeOneHelloForAToken() {
    crowd(START_NS);
    Hello first = stranger();
    Hello proved = first.withToken(token(first, CLIENT, START_NS));
    ToClient welcome = ask(proved, CLIENT, START_NS);
    assertThat(welcome).isInstanceOf(Welcome.class);
    assertThat(ask(proved, CLIENT, START_NS + 1)).as("repeated").isEqualTo(welcome);
    long before = computed(server);
    for (int i = 0; i < 100; i++) {
      byte[] key = new byte[32];
      random.nextBytes(key);
      Hello other = new Hello(3, false, false, first.clientId(), proved.token(), Bytes.copyOf(key));
      assertThat(ask(other, CLIENT, START_NS + 2 + i)).isInstanceOf(Retry.class);
    }
    assertThat(computed(server)).isEqualTo(before);
  }

  /**
   * With a token for each, as who receives the answers can have, and more of them than are
   * remembered.
   */
  @Test
  void shouldComputeNoMoreThanTheRateForOneNetwork() {
    crowd(START_NS);
    long before = computed(server);
    int seconds = 10;
    int asked = seconds * 2_000;
    long nowNs = START_NS;
    for (int i = 0; i < asked; i++) {
      nowNs += Nanos.MILLISECOND / 2;
      Hello hello = stranger();
      Hello proved = hello.withToken(token(hello, CLIENT, nowNs));
      answer(server, encode(proved), CLIENT, LabOffer.NONE, nowNs);
    }
    assertThat(computed(server) - before)
        .isBetween(
            (long) ServerHandshakes.BURST,
            ServerHandshakes.BURST + seconds * (long) ServerHandshakes.PER_SECOND);

    Hello honest = stranger();
    InetSocketAddress elsewhere = address(77, 7);
    assertThat(ask(honest.withToken(token(honest, elsewhere, nowNs)), elsewhere, nowNs))
        .isInstanceOf(Welcome.class);
  }
}

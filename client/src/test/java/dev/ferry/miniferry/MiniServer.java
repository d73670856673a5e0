package dev.ferry.miniferry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.miniferry.Frame.Accept;
import dev.ferry.miniferry.Frame.Attributes;
import dev.ferry.miniferry.Frame.Done;
import dev.ferry.miniferry.Frame.Open;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

/** A server of Ferry mode, from the specification, for one transfer. */
public final class MiniServer implements AutoCloseable {
  private static final int SERVER_ID = 0x76543210;
  private static final int DATAGRAM_BYTES = 1300;
  private static final int LARGEST_DATAGRAM_BYTES = 1304;
  private static final byte[] NOTHING = {};

  private final Line line;
  private byte[] secret = NOTHING;
  private int suite = 1;
  private byte[] token = NOTHING;
  private byte[] labStart = NOTHING;
  private byte[] labAnswer = NOTHING;
  private String name = "";
  private int clientTakesBytes;
  private int askedCongestion;
  private long askedRate;

  /**
   * Opens its socket.
   *
   * @param loseEvery one of so many datagrams is lost, each way; none if 0
   */
  public MiniServer(int loseEvery) throws IOException {
    line = Line.listening(loseEvery);
  }

  /** Has this secret, of 32 bytes, or none. */
  public MiniServer secret(byte[] bytes) {
    secret = bytes;
    return this;
  }

  /** Takes this suite, 1 AES or 2 ChaCha; the client must offer it. */
  public MiniServer suite(int only) {
    suite = only;
    return this;
  }

  /** Answers a hello without this token, of 1 … 64 bytes, by a retry packet. */
  public MiniServer token(byte[] demanded) {
    token = demanded;
    return this;
  }

  /** Where it listens on the loopback address. */
  public int port() {
    return line.port();
  }

  /** The lab start that came first; empty if none did. */
  public String labStart() {
    return new String(labStart, UTF_8);
  }

  /** The name that the client opened. */
  public String name() {
    return name;
  }

  /** The largest datagram that the client takes, in bytes. */
  public int clientTakesBytes() {
    return clientTakesBytes;
  }

  /** The number of the congestion control that the client asks for; 0 if it asks for none. */
  public int askedCongestion() {
    return askedCongestion;
  }

  /** The cap that the client has asked for, in bytes a second; 0 if it wants none. */
  public long askedRate() {
    return askedRate;
  }

  /** Takes what a client puts. */
  public byte[] servePut() throws GeneralSecurityException {
    Tunnel tunnel = accept();
    Open open = open(tunnel, false);
    byte[] content = Halves.receive(tunnel, new Accept(open.file(), List.of()));
    tunnel.finish(new Done());
    return content;
  }

  /** Gives a client what it gets. */
  public void serveGet(byte[] content, long modified, int mode) throws GeneralSecurityException {
    Tunnel tunnel = accept();
    open(tunnel, true);
    tunnel.send(new Accept(new Attributes(content.length, modified, mode), List.of()));
    Accept answer = tunnel.await(Accept.class);
    Halves.send(tunnel, content, 0, answer.ranges(), DATAGRAM_BYTES);
    tunnel.await(Done.class);
    askedRate = tunnel.askedRate();
    tunnel.close(0);
  }

  private Open open(Tunnel tunnel, boolean get) throws GeneralSecurityException {
    Open open = tunnel.await(Open.class);
    if (open.get() != get) {
      throw new IllegalStateException(open.toString());
    }
    name = open.name();
    return open;
  }

  /** Shakes hands until the first protected packet is there. */
  private Tunnel accept() throws GeneralSecurityException {
    Tunnel tunnel = null;
    byte[] known = NOTHING;
    byte[] welcome = NOTHING;
    while (true) {
      byte[] datagram = line.receive().orElse(NOTHING);
      if (datagram.length == 0) {
        continue;
      }
      if (datagram[0] == 's') {
        labStart = datagram;
        labAnswer = "a | 1 | 0000001472".getBytes(UTF_8);
        line.send(labAnswer);
      } else if (datagram[0] == (byte) 0xC0) {
        Hello hello = Hello.decode(datagram);
        if (!Arrays.equals(hello.token, token)) {
          line.send(retry(hello));
        } else if (Arrays.equals(hello.handshake, known)) {
          line.send(welcome);
        } else {
          known = hello.handshake;
          Noise noise = new Noise(secret, prologue(hello));
          byte[] parameters = noise.readFirst(hello.handshake);
          clientTakesBytes = Parameters.datagramBytes(parameters);
          askedCongestion = Parameters.congestionControl(parameters);
          line.takes(LARGEST_DATAGRAM_BYTES);
          welcome = welcome(hello, noise.writeSecond(hello.handshake, terms()));
          tunnel = tunnel(hello, noise);
          line.send(welcome);
        }
      } else if (tunnel != null && (datagram[0] & 0xDF) == 0x80) {
        tunnel.take(datagram);
        return tunnel;
      }
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Hello(byte[] terms, byte[] token, byte[] handshake) {
    static Hello decode(byte[] datagram) {
      ByteBuffer in = ByteBuffer.wrap(datagram);
      in.get();
      byte[] terms = take(in, 7);
      byte[] token = take(in, in.get());
      return new Hello(terms, token, take(in, in.getShort()));
    }

    private static byte[] take(ByteBuffer in, int bytes) {
      byte[] taken = new byte[bytes];
      in.get(taken);
      return taken;
    }

    int options() {
      return terms[2];
    }

    int clientId() {
      return ByteBuffer.wrap(terms).getInt(3);
    }
  }

  private byte[] prologue(Hello hello) {
    boolean ledHere = (hello.options() & 2) != 0;
    return Crypto.concat(
        "Ferry 2".getBytes(UTF_8),
        withLength(ledHere ? labStart : NOTHING),
        withLength(ledHere ? labAnswer : NOTHING),
        hello.terms);
  }

  private byte[] terms() {
    byte[] suiteAndId = ByteBuffer.allocate(5).put((byte) suite).putInt(SERVER_ID).array();
    return Crypto.concat(suiteAndId, Parameters.of(LARGEST_DATAGRAM_BYTES, 0));
  }

  private static byte[] welcome(Hello hello, byte[] second) {
    return ByteBuffer.allocate(8 + second.length)
        .put((byte) 0xC1)
        .put((byte) 2)
        .putInt(hello.clientId())
        .put(withLength(second))
        .array();
  }

  private byte[] retry(Hello hello) {
    return ByteBuffer.allocate(7 + token.length)
        .put((byte) 0xC2)
        .put((byte) 2)
        .putInt(hello.clientId())
        .put((byte) token.length)
        .put(token)
        .array();
  }

  private Tunnel tunnel(Hello hello, Noise noise) throws GeneralSecurityException {
    byte[][] secrets = noise.split();
    boolean chaCha = suite == 2;
    return new Tunnel(
        line,
        SERVER_ID,
        hello.clientId(),
        new PacketKeys(chaCha, secrets[1]),
        new PacketKeys(chaCha, secrets[0]),
        0);
  }

  private static byte[] withLength(byte[] bytes) {
    return ByteBuffer.allocate(2 + bytes.length).putShort((short) bytes.length).put(bytes).array();
  }

  @Override
  public void close() {
    line.close();
  }
}

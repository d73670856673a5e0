package dev.ferry.miniferry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.miniferry.Frame.Accept;
import dev.ferry.miniferry.Frame.Ask;
import dev.ferry.miniferry.Frame.Attributes;
import dev.ferry.miniferry.Frame.Done;
import dev.ferry.miniferry.Frame.Finish;
import dev.ferry.miniferry.Frame.MaxRate;
import dev.ferry.miniferry.Frame.Open;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A client of Ferry mode, from the specification. One transfer, on a port of its own. */
public final class MiniClient implements AutoCloseable {
  private static final int CLIENT_ID = 0x01234567;
  private static final int HELLO_BYTES = 1200;
  private static final int DATAGRAM_BYTES = 1400;
  private static final int EARLY_PACKETS = 8;
  private static final int LARGEST_DATAGRAM_BYTES = 1404;
  private static final byte[] NOTHING = {};

  private final Line line;
  private byte[] secret = NOTHING;
  private int suites = 1;
  private int updateEvery;
  private long maxRate;
  private int congestionControl;
  private byte[] labStart = NOTHING;
  private byte[] labAnswer = NOTHING;
  private int chosenSuite;
  private int largestDatagramBytes;
  private long sentBytes;

  /**
   * Opens its socket.
   *
   * @param loseEvery one of so many datagrams is lost, each way; none if 0
   */
  public MiniClient(InetSocketAddress server, int loseEvery) throws IOException {
    line = Line.to(server, loseEvery);
  }

  /** Has this secret, of 32 bytes, or none. */
  public MiniClient secret(byte[] bytes) {
    secret = bytes;
    return this;
  }

  /** Takes a sum of suites: 1 AES, 2 ChaCha. */
  public MiniClient suites(int sum) {
    suites = sum;
    return this;
  }

  /** Enters the next key phase after each so many packets. */
  public MiniClient updateEvery(int packets) {
    updateEvery = packets;
    return this;
  }

  /**
   * Asks for this of what it fetches.
   *
   * @param bytesPerSecond a cap on the rate; 0 for none
   * @param congestion the number of a congestion control; 0 for any
   */
  public MiniClient asking(long bytesPerSecond, int congestion) {
    maxRate = bytesPerSecond;
    congestionControl = congestion;
    return this;
  }

  /** The suite that the server has chosen. */
  public int chosenSuite() {
    return chosenSuite;
  }

  /** The largest datagram that the server takes, in bytes. */
  public int largestDatagramBytes() {
    return largestDatagramBytes;
  }

  /** How many bytes of the file were sent, repetitions not counted. */
  public long sentBytes() {
    return sentBytes;
  }

  /** Makes itself known by a lab start first, and returns the answer (protocol section 6.1). */
  public String start(String name, long size) {
    labStart = String.format(Locale.ROOT, "s | 0 | %s | %020d", name, size).getBytes(UTF_8);
    do {
      line.send(labStart);
      labAnswer = line.receive().orElse(NOTHING);
    } while (labAnswer.length == 0);
    return new String(labAnswer, UTF_8);
  }

  /** Sends a file. */
  public void put(byte[] transfer, String name, byte[] content) throws GeneralSecurityException {
    Tunnel tunnel = connect();
    tunnel.send(new Open(false, 2, transfer, new Attributes(content.length, 0, 0), name));
    int early = 0;
    for (int i = 0; i < EARLY_PACKETS && early < content.length; i++) {
      int end = Math.min(content.length, early + DATAGRAM_BYTES - Tunnel.OVERHEAD_BYTES);
      tunnel.send(Halves.data(content, early, end));
      early = end;
    }
    Accept accept = tunnel.await(Accept.class);
    sentBytes = early + Halves.send(tunnel, content, early, accept.ranges(), DATAGRAM_BYTES);
    tunnel.await(Done.class);
    tunnel.close(0);
  }

  /** Sends some of a file, and stops when that has arrived. */
  public void putPart(byte[] transfer, String name, byte[] content, int end)
      throws GeneralSecurityException {
    Tunnel tunnel = connect();
    tunnel.send(new Open(false, 2, transfer, new Attributes(content.length, 0, 0), name));
    tunnel.await(Accept.class);
    tunnel.awaitWindow(end);
    for (int at = 0; at < end; at += 1000) {
      tunnel.send(Halves.data(content, at, Math.min(end, at + 1000)));
    }
    tunnel.flush();
    tunnel.close(1);
  }

  /** Fetches a file. */
  public byte[] get(byte[] transfer, String name) throws GeneralSecurityException {
    Tunnel tunnel = connect();
    tunnel.send(new MaxRate(maxRate), new Open(true, 0, transfer, new Attributes(0, 0, 0), name));
    Accept accept = tunnel.await(Accept.class);
    byte[] content = Halves.receive(tunnel, new Accept(accept.file(), List.of()));
    tunnel.finish(new Done());
    return content;
  }

  /** The SHA-256 of a file at the server. */
  public byte[] verify(byte[] transfer, String name) throws GeneralSecurityException {
    Tunnel tunnel = connect();
    tunnel.send(new Ask(3, transfer, name));
    tunnel.await(Accept.class);
    byte[] digest = tunnel.await(Finish.class).digest();
    tunnel.await(Done.class);
    tunnel.close(0);
    return digest;
  }

  /** Has a file at the server removed. */
  public void remove(byte[] transfer, String name) throws GeneralSecurityException {
    Tunnel tunnel = connect();
    tunnel.send(new Ask(4, transfer, name));
    tunnel.await(Done.class);
    tunnel.close(0);
  }

  /** The versions that a server speaks, by a hello of a version that it does not. */
  public byte[] versions(int otherVersion) {
    byte[] hello = hello(NOTHING, NOTHING);
    hello[1] = (byte) otherVersion;
    while (true) {
      line.send(hello);
      byte[] answer = line.receive().orElse(NOTHING);
      if (answer.length > 7 && answer[0] == (byte) 0xC3 && answer[1] == 0) {
        return Arrays.copyOfRange(answer, 7, 7 + answer[6]);
      }
    }
  }

  private Tunnel connect() throws GeneralSecurityException {
    byte[] prologue =
        Crypto.concat(
            "Ferry 2".getBytes(UTF_8),
            withLength(labStart),
            withLength(labAnswer),
            Arrays.copyOfRange(hello(NOTHING, NOTHING), 1, 8));
    Noise noise = new Noise(secret, prologue);
    line.takes(LARGEST_DATAGRAM_BYTES);
    byte[] welcome =
        awaitWelcome(noise.writeFirst(Parameters.of(LARGEST_DATAGRAM_BYTES, congestionControl)));
    return tunnel(noise, noise.readSecond(Arrays.copyOfRange(welcome, 8, welcome.length)));
  }

  private byte[] awaitWelcome(byte[] first) {
    byte[] hello = hello(NOTHING, first);
    line.send(hello);
    while (true) {
      byte[] answer = line.receive().orElse(NOTHING);
      if (answer.length == 0) {
        if (labStart.length > 0) {
          line.send(labStart);
        }
        line.send(hello);
      } else if (answer[0] == (byte) 0xC1) {
        return answer;
      } else if (answer[0] == (byte) 0xC2) {
        hello = hello(Arrays.copyOfRange(answer, 7, answer.length), first);
        line.send(hello);
      }
    }
  }

  private byte[] hello(byte[] token, byte[] first) {
    int options = (secret.length > 0 ? 1 : 0) + (labStart.length > 0 ? 2 : 0);
    return ByteBuffer.allocate(HELLO_BYTES)
        .put((byte) 0xC0)
        .put((byte) 2)
        .put((byte) suites)
        .put((byte) options)
        .putInt(CLIENT_ID)
        .put((byte) token.length)
        .put(token)
        .put(withLength(first))
        .array();
  }

  private Tunnel tunnel(Noise noise, byte[] payload) throws GeneralSecurityException {
    chosenSuite = payload[0];
    int serverId = ByteBuffer.wrap(payload).getInt(1);
    largestDatagramBytes = Parameters.datagramBytes(Arrays.copyOfRange(payload, 5, payload.length));
    byte[][] secrets = noise.split();
    boolean chaCha = chosenSuite == 2;
    return new Tunnel(
        line,
        CLIENT_ID,
        serverId,
        new PacketKeys(chaCha, secrets[0]),
        new PacketKeys(chaCha, secrets[1]),
        updateEvery);
  }

  private static byte[] withLength(byte[] bytes) {
    return ByteBuffer.allocate(2 + bytes.length).putShort((short) bytes.length).put(bytes).array();
  }

  @Override
  public void close() {
    line.close();
  }
}

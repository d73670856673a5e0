import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * What strangers send to a server on the loopback interface, from addresses of their own, until the
 * process is ended: {@code java Strangers.java ATTACK PORT}. See attacks.sh, which starts it.
 */
final class Strangers {
  private static final SplittableRandom RANDOM = new SplittableRandom(1);

  private static InetSocketAddress server;
  private static int hosts;

  private Strangers() {}

  public static void main(String[] arguments) throws IOException {
    server = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[1]));
    switch (arguments[0]) {
      case "directories" -> repeat(20, Strangers::emptyFileInDeepDirectories);
      case "overwrite" -> repeat(1000, () -> fromAnywhere("s | 0 | precious | 0"));
      case "places" -> {
        for (int i = 0; i < 1100; i++) {
          startAndChunk();
        }
        repeat(10, Strangers::startAndChunk);
      }
      case "frames" -> repeat(100, Strangers::largeFrame);
      case "hellos" -> hellos(2000);
      case "token" -> token(2000);
      case "tokens" -> tokens(2000);
      case "bucket" -> repeat(2000, Strangers::sameSum);
      default -> throw new IllegalArgumentException("no such attack: " + arguments[0]);
    }
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void repeat(int perSecond, Action action) throws IOException {
    long nextNs = System.nanoTime();
    while (true) {
      action.run();
      nextNs += 1_000_000_000L / perSecond;
      LockSupport.parkNanos(nextNs - System.nanoTime());
    }
  }

  private static InetAddress stranger() throws IOException {
    int number = hosts++;
    return InetAddress.getByAddress(
        new byte[] {127, (byte) (1 + (number >> 16) % 250), (byte) (number >> 8), (byte) number});
  }

  private static void send(DatagramSocket socket, byte[] bytes) throws IOException {
    socket.send(new DatagramPacket(bytes, bytes.length, server));
  }

  private static void fromAnywhere(String datagram) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(stranger(), 0))) {
      send(socket, datagram.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void emptyFileInDeepDirectories() throws IOException {
    fromAnywhere("s | 0 | " + (RANDOM.nextInt(1 << 20) + "d/") + "d/".repeat(500) + "f | 0");
  }

  private static void startAndChunk() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(stranger(), 0))) {
      String start = String.format(Locale.ROOT, "s | 0 | held-%d | %020d", hosts, 1_000_000);
      send(socket, start.getBytes(StandardCharsets.US_ASCII));
      send(socket, "d | 1 | x".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static final List<Socket> SOCKETS = new ArrayList<>();

  /** A frame whose length is announced, and most of it. */
  private static void largeFrame() throws IOException {
    if (SOCKETS.size() == 1300) {
      LockSupport.parkNanos(1_000_000_000L);
      return;
    }
    Socket socket = new Socket();
    SOCKETS.add(socket);
    try {
      socket.bind(new InetSocketAddress(stranger(), 0));
      socket.connect(server, 1000);
      socket.getOutputStream().write(ByteBuffer.allocate(60_000).putInt(65_507).array());
    } catch (IOException e) {
      // The server has hung up, as it may.
    }
  }

  private static byte[] hello(int clientId, byte[] token) {
    ByteBuffer hello = ByteBuffer.allocate(1200);
    byte[] key = new byte[32];
    RANDOM.nextBytes(key);
    hello.put((byte) 0xC0).put((byte) 2).put((byte) 3).put((byte) 0).putInt(clientId);
    hello.put((byte) token.length).put(token).putShort((short) key.length).put(key);
    return hello.array();
  }

  /** Hellos with random keys, from one address. */
  private static void hellos(int perSecond) throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(stranger(), 0));
    repeat(perSecond, () -> send(socket, hello(RANDOM.nextInt(), new byte[0])));
  }

  /** The same with one token, from the retry packet that comes once there are many of them. */
  private static void token(int perSecond) throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(stranger(), 0));
    int clientId = RANDOM.nextInt();
    byte[] token = awaitToken(socket, clientId);
    System.out.println("has a token");
    repeat(perSecond, () -> send(socket, hello(clientId, token)));
  }

  /** A fresh token for each of them. */
  private static void tokens(int perSecond) throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(stranger(), 0));
    socket.setSoTimeout(1);
    DatagramPacket answer = new DatagramPacket(new byte[1500], 1500);
    repeat(
        perSecond,
        () -> {
          send(socket, hello(RANDOM.nextInt(), new byte[0]));
          try {
            socket.receive(answer);
          } catch (SocketTimeoutException e) {
            return;
          }
          if (isRetry(answer)) {
            send(socket, hello(ByteBuffer.wrap(answer.getData(), 2, 4).getInt(), tokenOf(answer)));
          }
        });
  }

  private static boolean isRetry(DatagramPacket answer) {
    return answer.getData()[0] == (byte) 0xC2;
  }

  /** Behind type, version, client's id and length. */
  private static byte[] tokenOf(DatagramPacket retry) {
    return Arrays.copyOfRange(retry.getData(), 7, 7 + retry.getData()[6]);
  }

  private static byte[] awaitToken(DatagramSocket socket, int clientId) throws IOException {
    DatagramPacket answer = new DatagramPacket(new byte[1500], 1500);
    socket.setSoTimeout(10);
    while (true) {
      send(socket, hello(clientId, new byte[0]));
      try {
        socket.receive(answer);
      } catch (SocketTimeoutException e) {
        continue;
      }
      if (isRetry(answer)) {
        return tokenOf(answer);
      }
    }
  }

  /** Starts from addresses and ports with the same sum, which Java's own hash puts together. */
  private static void sameSum() throws IOException {
    int number = hosts++ % 20_000;
    byte[] address = {127, 2, (byte) (number >> 8), (byte) number};
    InetSocketAddress from =
        new InetSocketAddress(InetAddress.getByAddress(address), 60_000 - number);
    try (DatagramSocket socket = new DatagramSocket(from)) {
      send(socket, ("s | 0 | sum-" + number + " | 5").getBytes(StandardCharsets.US_ASCII));
    }
  }
}

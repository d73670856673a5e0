import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.client.ClientConfig;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Cancel;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.FrameWriter;
import dev.ferry.testkit.process.HostileClient;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/**
 * What strangers who shake hands do to a server on the loopback interface, until the process is
 * ended: {@code FerryStrangers ATTACK PORT}. See attacks.sh, which compiles and starts it.
 */
final class FerryStrangers {
  private static final String ADDRESS = "127.9.9.9";
  private static final long SIZE_BYTES = 40L << 20;
  private static final int ISLANDERS = 86;
  private static final int MANY_CONNECTIONS = 40;
  private static final int FILES = 300;
  private static final int MAX_DATAGRAM_BYTES = 65_507;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static InetSocketAddress server;

  private FerryStrangers() {}

  public static void main(String[] arguments) throws IOException {
    server = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[1]));
    switch (arguments[0]) {
      case "early" -> repeat(100, number -> "early/" + "d/".repeat(200) + number);
      case "ids" -> repeat(20, number -> "file");
      case "islands" -> islands(10_000);
      case "many" -> many(10_000);
      case "cancels" -> cancels(90);
      case "copies" -> copies();
      default -> throw new IllegalArgumentException("no such attack: " + arguments[0]);
    }
  }

  private interface Names {
    String of(int number);
  }

  /** Puts that end with their first flight, from one address. */
  private static void repeat(int perSecond, Names names) throws IOException {
    long nextNs = System.nanoTime();
    for (int number = 0; true; number++) {
      beginPut(names.of(number));
      nextNs += 1_000_000_000L / perSecond;
      LockSupport.parkNanos(nextNs - System.nanoTime());
    }
  }

  private static void beginPut(String name) throws IOException {
    byte[] id = new byte[16];
    RANDOM.nextBytes(id);
    FileAttributes file = new FileAttributes(SIZE_BYTES, 1, 0600);
    Open open = new Open(0, Operation.PUT, false, true, Bytes.copyOf(id), file, name);
    ClientEngine engine =
        ClientEngine.beginningInFerryMode(
            ClientConfig.of(server, 1472),
            (context, nowNs) -> FileSender.put(context, open, new Zeros(file), nowNs),
            RANDOM,
            System.nanoTime());
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(ADDRESS, 0))) {
      socket.setSoTimeout(100);
      sendAll(engine, socket);
      DatagramPacket answer = new DatagramPacket(new byte[MAX_DATAGRAM_BYTES], MAX_DATAGRAM_BYTES);
      socket.receive(answer);
      engine.handle(
          ByteBuffer.wrap(answer.getData(), 0, answer.getLength()), server, System.nanoTime());
      sendAll(engine, socket);
    } catch (SocketTimeoutException e) {
      // The server has had enough, as it may.
    }
  }

  private static void sendAll(ClientEngine engine, DatagramSocket socket) throws IOException {
    Transmit transmit = new Transmit(MAX_DATAGRAM_BYTES);
    engine.onTimeout(System.nanoTime());
    while (engine.pollTransmit(System.nanoTime(), transmit)) {
      ByteBuffer datagram = transmit.datagram();
      byte[] bytes = new byte[datagram.remaining()];
      datagram.get(bytes);
      socket.send(new DatagramPacket(bytes, bytes.length, server));
    }
  }

  /** A file that is never read to its end. */
  private record Zeros(FileAttributes attributes) implements SourceFile {
    @Override
    public long sizeBytes() {
      return attributes.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
      while (dst.hasRemaining()) {
        dst.put((byte) 0);
      }
    }

    @Override
    public void useBlockSums() {}

    @Override
    public void digest(DigestListener listener) {}

    @Override
    public void release() {}
  }

  /** Single bytes with gaps between them, in many files of one address, over a connection each. */
  private static void islands(int perSecond) throws IOException {
    List<HostileClient> clients = new ArrayList<>();
    for (int i = 0; i < ISLANDERS; i++) {
      HostileClient client = HostileClient.overUdp(InetAddress.getByName(ADDRESS), server);
      client.put("islands-" + i, SIZE_BYTES);
      clients.add(client);
    }
    System.out.println("has connections");
    long nextNs = System.nanoTime();
    for (long number = 0; true; number++) {
      clients.get((int) (number % ISLANDERS)).content(2 * (number / ISLANDERS) + 1, 1);
      nextNs += 1_000_000_000L / perSecond;
      LockSupport.parkNanos(nextNs - System.nanoTime());
    }
  }

  /**
   * Several connections from one address, in each as many files as it takes: content that comes
   * before its file is open, single bytes with gaps between them, finishes of what is not there,
   * lists. Nothing is acknowledged, so that nothing that has ended is forgotten.
   */
  private static void many(int perSecond) throws IOException {
    List<HostileClient> clients = new ArrayList<>();
    for (int i = 0; i < MANY_CONNECTIONS; i++) {
      clients.add(HostileClient.ofManyFiles(InetAddress.getByName(ADDRESS), server));
    }
    Operation[] operations = Operation.values();
    long nextNs = System.nanoTime();
    for (int number = 0; true; number++) {
      HostileClient client = clients.get(number % MANY_CONNECTIONS);
      int turn = number / MANY_CONNECTIONS;
      int file = turn % FILES;
      if (turn < FILES) {
        Operation operation =
            file % 8 == 0 ? operations[file / 8 % operations.length] : Operation.PUT;
        if (operation == Operation.PUT) {
          client.content(file, 1 << 20, 1000);
        }
        client.open(
            file, operation, operation == Operation.PUT ? "many-" + number : "file", SIZE_BYTES);
        if (operation == Operation.PUT) {
          client.finish(file, SIZE_BYTES);
        }
      } else if (file % 8 != 0) {
        client.content(file, 2L * (turn / FILES) + 1, 1);
      }
      nextNs += 1_000_000_000L / perSecond;
      LockSupport.parkNanos(nextNs - System.nanoTime());
    }
  }

  /** Gets that are cancelled before their content may be sent, as nothing is acknowledged. */
  private static void cancels(int perSecond) throws IOException {
    HostileClient client = HostileClient.ofManyFiles(InetAddress.getByName(ADDRESS), server);
    long nextNs = System.nanoTime();
    for (int file = 0; true; file++) {
      long opened = file;
      client.open(file, Operation.GET, "file", 0);
      client.say(
          packet -> {
            FileAttributes attributes = new FileAttributes(SIZE_BYTES, 1, 0);
            FrameWriter.frame(new Accept(opened, attributes, List.of()), packet);
            FrameWriter.window(opened, SIZE_BYTES, packet);
          });
      if (file > 0) {
        client.say(packet -> FrameWriter.frame(new Cancel(opened, Close.STOPPED, ""), packet));
      }
      nextNs += 1_000_000_000L / perSecond;
      LockSupport.parkNanos(nextNs - System.nanoTime());
    }
  }

  private record Delayed(byte[] datagram, long dueNs) {}

  /**
   * A way to the server on which somebody copies what a client sends, is a millisecond faster, from
   * another address, and keeps what comes back there. Says at which port it begins.
   */
  private static void copies() throws IOException {
    DatagramSocket entry = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
    DatagramSocket exit = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
    DatagramSocket copier = new DatagramSocket(new InetSocketAddress(ADDRESS, 0));
    for (DatagramSocket each : new DatagramSocket[] {entry, exit}) {
      each.setReceiveBufferSize(4 << 20);
    }
    System.out.println("begins at port " + entry.getLocalPort());
    InetSocketAddress[] client = {null};
    Queue<Delayed> way = new ArrayDeque<>();
    start(
        () -> {
          while (true) {
            byte[] datagram = receive(exit, null);
            if (client[0] != null) {
              entry.send(new DatagramPacket(datagram, datagram.length, client[0]));
            }
          }
        });
    start(
        () -> {
          while (true) {
            Delayed next;
            synchronized (way) {
              while (way.isEmpty()) {
                way.wait();
              }
              next = way.remove();
            }
            LockSupport.parkNanos(next.dueNs - System.nanoTime());
            exit.send(new DatagramPacket(next.datagram, next.datagram.length, server));
          }
        });
    while (true) {
      byte[] datagram = receive(entry, client);
      copier.send(new DatagramPacket(datagram, datagram.length, server));
      synchronized (way) {
        way.add(new Delayed(datagram, System.nanoTime() + 1_000_000));
        way.notifyAll();
      }
    }
  }

  private interface Body {
    void run() throws Exception;
  }

  private static void start(Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static byte[] receive(DatagramSocket socket, InetSocketAddress[] from)
      throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM_BYTES], MAX_DATAGRAM_BYTES);
    socket.receive(packet);
    if (from != null) {
      from[0] = (InetSocketAddress) packet.getSocketAddress();
    }
    byte[] datagram = new byte[packet.getLength()];
    System.arraycopy(packet.getData(), 0, datagram, 0, datagram.length);
    return datagram;
  }
}

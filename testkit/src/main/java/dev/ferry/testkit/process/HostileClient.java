package dev.ferry.testkit.process;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.handshake.ClientHandshake;
import dev.ferry.protocol.handshake.ConnectionSecrets;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.FrameWriter;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Somebody who shakes hands with a real server from an address of this machine, and then says what
 * it is told to and listens to nothing. Not thread-safe.
 */
public final class HostileClient implements AutoCloseable {
  private static final int MAX_DATAGRAM_BYTES = 65_507;
  private static final int HELLO_BYTES = 1200;
  private static final int MAX_FILES = 1024;
  private static final int REPEAT_MS = 100;
  private static final int PATIENCE_MS = 30_000;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** How packets get to the server, and the answers to hellos back. */
  private interface Way extends AutoCloseable {
    void send(byte[] packet, int bytes) throws IOException;

    /** Waits for a packet for a while; null if none has come. */
    ByteBuffer receive() throws IOException;

    @Override
    void close() throws IOException;
  }

  private final Way way;
  private final ConnectionSecrets secrets;
  private long number;

  private HostileClient(Way way, TransportParameters parameters) throws IOException {
    this.way = way;
    try {
      this.secrets = shakeHands(way, parameters);
    } catch (IOException | RuntimeException e) {
      way.close();
      throw e;
    }
  }

  /** Over UDP, from a port of its own. */
  public static HostileClient overUdp(InetAddress from, InetSocketAddress server)
      throws IOException {
    return overUdp(from, server, TransportParameters.DEFAULT);
  }

  /** The same for many files in the connection, if the server takes them. */
  public static HostileClient ofManyFiles(InetAddress from, InetSocketAddress server)
      throws IOException {
    return overUdp(from, server, TransportParameters.DEFAULT.withOpenFiles(MAX_FILES));
  }

  private static HostileClient overUdp(
      InetAddress from, InetSocketAddress server, TransportParameters parameters)
      throws IOException {
    return new HostileClient(
        new Datagrams(new DatagramSocket(new InetSocketAddress(from, 0)), server), parameters);
  }

  /** Over TCP, with frames that begin with their length. */
  public static HostileClient overTcp(InetAddress from, InetSocketAddress server)
      throws IOException {
    return new HostileClient(
        new Stream(new Socket(server.getAddress(), server.getPort(), from, 0)),
        TransportParameters.DEFAULT);
  }

  private static ConnectionSecrets shakeHands(Way way, TransportParameters parameters)
      throws IOException {
    ClientHandshake handshake =
        new ClientHandshake(
            LabOffer.NONE, null, Set.of(CipherSuite.AES_128_GCM), parameters, RANDOM);
    long untilNs = NanoClock.SYSTEM.nanoTime() + PATIENCE_MS * Nanos.MILLISECOND;
    while (true) {
      ConnectionSecrets secrets = handshake.secrets();
      if (secrets != null) {
        return secrets;
      }
      long nowNs = NanoClock.SYSTEM.nanoTime();
      if (Nanos.isDue(untilNs, nowNs)) {
        throw new IOException("no answer to a hello");
      }
      handshake.onTimeout(nowNs);
      ByteBuffer hello = ByteBuffer.allocate(HELLO_BYTES);
      while (handshake.pollTransmit(nowNs, hello)) {
        way.send(hello.array(), hello.position());
        hello.clear();
      }
      ByteBuffer answer = way.receive();
      if (answer != null) {
        handshake.handle(answer);
      }
    }
  }

  /**
   * Sends a packet.
   *
   * @param frames writes them, well-formed or not
   */
  public void say(Consumer<ByteBuffer> frames) throws IOException {
    ByteBuffer packet = ByteBuffer.allocate(MAX_DATAGRAM_BYTES);
    packet.limit(packet.capacity() - PacketSealer.TAG_BYTES);
    PacketHeader.write(packet, secrets.sealer().nextPhase(), secrets.peersId(), number);
    frames.accept(packet);
    int contentBytes = packet.position() - PacketHeader.BYTES;
    way.send(
        packet.array(),
        secrets.sealer().seal(number, packet.array(), 0, PacketHeader.BYTES, contentBytes));
    number++;
  }

  /** Asks for nothing, which makes a connection of a handshake. */
  public void ping() throws IOException {
    say(FrameWriter::ping);
  }

  /** Asks for a put, as a transfer of its own. */
  public void put(String name, long sizeBytes) throws IOException {
    open(Frame.FIRST_FILE, Operation.PUT, name, sizeBytes);
  }

  /** Asks for something, as a transfer of its own. */
  public void open(long file, Operation operation, String name, long sizeBytes) throws IOException {
    byte[] id = new byte[Open.TRANSFER_BYTES];
    RANDOM.nextBytes(id);
    FileAttributes attributes = new FileAttributes(sizeBytes, 1, 0);
    Open open = new Open(file, operation, false, true, Bytes.copyOf(id), attributes, name);
    say(packet -> FrameWriter.frame(open, packet));
  }

  /** Sends zeros that belong into the file. */
  public void content(long offset, int bytes) throws IOException {
    content(Frame.FIRST_FILE, offset, bytes);
  }

  /** The same for one of many files. */
  public void content(long file, long offset, int bytes) throws IOException {
    say(
        packet -> {
          FrameWriter.dataHeader(file, offset, packet);
          packet.put(new byte[bytes]);
        });
  }

  /** Says that all of a file has been sent, whatever has. */
  public void finish(long file, long sizeBytes) throws IOException {
    ContentCheck check = ContentCheck.bySha256(new byte[32]);
    say(packet -> FrameWriter.frame(new Finish(file, sizeBytes, check, 0), packet));
  }

  /** Sends bytes that are no packet; over TCP, not framed either. */
  public void raw(byte[] bytes) throws IOException {
    if (way instanceof Stream stream) {
      stream.socket.getOutputStream().write(bytes);
    } else {
      way.send(bytes, bytes.length);
    }
  }

  /** Ends the connection in order. */
  public void leave() throws IOException {
    say(packet -> FrameWriter.frame(new Close(Close.STOPPED, ""), packet));
  }

  /** Is gone without a word. */
  @Override
  public void close() throws IOException {
    way.close();
  }

  private static final class Datagrams implements Way {
    private final DatagramSocket socket;
    private final InetSocketAddress server;
    private final byte[] answer = new byte[MAX_DATAGRAM_BYTES];

    Datagrams(DatagramSocket socket, InetSocketAddress server) throws IOException {
      this.socket = socket;
      this.server = server;
      socket.setSoTimeout(REPEAT_MS);
    }

    @Override
    public void send(byte[] packet, int bytes) throws IOException {
      socket.send(new DatagramPacket(packet, bytes, server));
    }

    @Override
    public ByteBuffer receive() throws IOException {
      DatagramPacket packet = new DatagramPacket(answer, answer.length);
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException e) {
        return null;
      }
      return ByteBuffer.wrap(answer, 0, packet.getLength());
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  private static final class Stream implements Way {
    private final Socket socket;
    private final DataInputStream in;

    Stream(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
      socket.setSoTimeout(PATIENCE_MS);
    }

    @Override
    public void send(byte[] packet, int bytes) throws IOException {
      ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + bytes);
      socket.getOutputStream().write(frame.putInt(bytes).put(packet, 0, bytes).array());
    }

    @Override
    public ByteBuffer receive() throws IOException {
      byte[] packet = new byte[in.readInt()];
      in.readFully(packet);
      return ByteBuffer.wrap(packet);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}

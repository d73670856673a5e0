package dev.ferry.protocol.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.handshake.ClientHandshake;
import dev.ferry.protocol.handshake.ConnectionSecrets;
import dev.ferry.protocol.handshake.ServerHandshakeConfig;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.recovery.AckTracker;
import dev.ferry.protocol.recovery.Recovery;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.PeerNetworks;
import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.FrameWriter;
import dev.ferry.testkit.sim.Simulation;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server, and peers that make it hold as much as it lets them. They remember nothing, so that all
 * memory that is in use is the server's. Its disk opens everything, and keeps nothing.
 */
final class Strangers {
  /** The longest name that there is, of its longest parts. */
  private static final String LONG_NAME = ("x".repeat(255) + "/").repeat(4).substring(0, 1015);

  private static final List<Operation> ASKED_FOR =
      List.of(Operation.PUT, Operation.GET, Operation.LIST);
  private static final int PACKET_BYTES = 1400;

  final ServerEngine engine;
  final ByteBudget memory;
  private final SplittableRandom random = new SplittableRandom(1);
  private final Transmit transmit = new Transmit(1 << 16, 1);

  /** Streams have nobody else who would hold them. */
  private final List<Engine<ServerEvent>> streams = new ArrayList<>();

  private final List<byte[]> held = new ArrayList<>();
  private final int filesOfAConnection;
  private long nowNs;
  private int hosts;

  /** How many files take memory of the budget. */
  private int manyFiles;

  Strangers(ServerMemory limits) {
    memory = limits.newBudget(new PeerNetworks(7, List.of()));
    filesOfAConnection = limits.filesOfAConnection();
    FerryModeConfig config =
        new FerryModeConfig(
                new ServerHandshakeConfig(
                    limits.halfOpen(), FerryModeConfig.PARAMETERS, CipherSuite.AES_128_GCM),
                null,
                PACKET_BYTES,
                limits.connections(),
                120 * Nanos.SECOND,
                random)
            .withStreams(limits.streams())
            .withOpenFiles(limits.filesOfAConnection())
            .withMemory(memory);
    engine =
        new ServerEngine(
            new NoLabDisk(),
            (file, listener) -> listener.opened(new NoDisk(), nowNs),
            name -> new NoSource(),
            ReceiverConfig.DEFAULT,
            config,
            limits.limits(),
            true);
  }

  /** Each is a host of its own, so that no limit for one network counts. */
  private InetSocketAddress stranger() {
    return Simulation.address(1000 + hosts++, 4000);
  }

  private void toServer(byte[] datagram, InetSocketAddress from) {
    engine.handle(ByteBuffer.wrap(datagram), from, nowNs);
    while (engine.pollTransmit(nowNs, transmit)) {
      transmit.clear();
    }
    forgetEvents(engine);
    nowNs += Nanos.MICROSECOND;
  }

  private static void forgetEvents(Engine<ServerEvent> engine) {
    ServerEvent event;
    do {
      event = engine.pollEvent();
    } while (event != null);
  }

  private String labStart(InetSocketAddress from, long sizeBytes) {
    String name = from.getAddress().getHostAddress() + LONG_NAME;
    return String.format(Locale.ROOT, "s | 0 | %s | %020d", name.substring(0, 1020), sizeBytes);
  }

  /** A start with a long name, from which Ferry mode could go on, and no more. */
  void startInLabMode() {
    InetSocketAddress from = stranger();
    toServer(labStart(from, 1L << 40).getBytes(US_ASCII), from);
  }

  /** A whole transfer in lab mode, which is remembered. */
  void finishInLabMode() {
    InetSocketAddress from = stranger();
    toServer(labStart(from, 1).getBytes(US_ASCII), from);
    toServer("d | 1 | x".getBytes(US_ASCII), from);
  }

  /** A transfer in lab mode that was begun, and begun anew. */
  void sendInLabMode() {
    InetSocketAddress from = stranger();
    byte[] start = labStart(from, 1L << 40).getBytes(US_ASCII);
    toServer(start, from);
    toServer("d | 1 | x".getBytes(US_ASCII), from);
    toServer(start, from);
    toServer("d | 1 | x".getBytes(US_ASCII), from);
  }

  /** A handshake whose client goes no further, but for a forged packet. */
  void shakeHands() {
    InetSocketAddress from = stranger();
    ConnectionSecrets secrets = handshake(engine, from);
    byte[] forged = new byte[PacketHeader.MIN_PACKET_BYTES];
    PacketHeader.write(ByteBuffer.wrap(forged), 0, secrets.peersId(), 0);
    toServer(forged, from);
  }

  private ConnectionSecrets handshake(Engine<ServerEvent> server, InetSocketAddress from) {
    return handshake(server, from, TransportParameters.DEFAULT);
  }

  private ConnectionSecrets handshake(
      Engine<ServerEvent> server, InetSocketAddress from, TransportParameters parameters) {
    ClientHandshake handshake =
        new ClientHandshake(
            LabOffer.NONE, null, Set.of(CipherSuite.AES_128_GCM), parameters, random);
    while (handshake.secrets() == null) {
      nowNs += 20 * Nanos.MILLISECOND;
      ByteBuffer hello = ByteBuffer.allocate(PACKET_BYTES);
      handshake.onTimeout(nowNs);
      if (handshake.pollTransmit(nowNs, hello)) {
        server.handle(hello.flip(), from, nowNs);
      }
      while (server.pollTransmit(nowNs, transmit)) {
        handshake.handle(transmit.buffer());
      }
    }
    return handshake.secrets();
  }

  /** Says something in a packet, and returns how many packets are the answer. */
  private int say(
      Engine<ServerEvent> server,
      InetSocketAddress from,
      ConnectionSecrets secrets,
      long number,
      Consumer<ByteBuffer> frames) {
    ByteBuffer packet = ByteBuffer.allocate(PACKET_BYTES);
    PacketHeader.write(packet, secrets.sealer().nextPhase(), secrets.peersId(), number);
    frames.accept(packet);
    int contentBytes = packet.position() - PacketHeader.BYTES;
    int bytes = secrets.sealer().seal(number, packet.array(), 0, PacketHeader.BYTES, contentBytes);
    server.handle(packet.limit(bytes).position(0), from, nowNs);
    return answers(server);
  }

  private int answers(Engine<ServerEvent> server) {
    server.onTimeout(nowNs);
    int answers = 0;
    while (server.pollTransmit(nowNs, transmit)) {
      answers++;
      transmit.clear();
    }
    forgetEvents(server);
    return answers;
  }

  private Open open(Operation operation, InetSocketAddress from) {
    return open(Frame.FIRST_FILE, operation, from);
  }

  private Open open(long fileId, Operation operation, InetSocketAddress from) {
    byte[] id = new byte[Open.TRANSFER_BYTES];
    random.nextBytes(id);
    String name = (from.getAddress().getHostAddress() + LONG_NAME).substring(0, 1020);
    FileAttributes file = new FileAttributes(1L << 40, 0, 0);
    return new Open(fileId, operation, false, true, Bytes.copyOf(id), file, name);
  }

  /** A connection, whose client puts islands, or has as much sent as it is sent. */
  void transfer() {
    InetSocketAddress from = stranger();
    use(engine, from, hosts % 2 == 0 ? Operation.PUT : Operation.GET);
  }

  /**
   * A connection whose client opens files until there is no memory for more, and then does not hear
   * that all places are taken.
   */
  void openManyFiles() {
    InetSocketAddress from = stranger();
    TransportParameters many = TransportParameters.DEFAULT.withOpenFiles(filesOfAConnection);
    ConnectionSecrets secrets = handshake(engine, from, many);
    for (int file = 0; file < 2 * filesOfAConnection; file++) {
      Operation operation = ASKED_FOR.get(file % ASKED_FOR.size());
      Open open = open(file, operation, from);
      long before = memory.heldBytes();
      say(engine, from, secrets, file, buffer -> FrameWriter.frame(open, buffer));
      manyFiles += memory.heldBytes() > before ? 1 : 0;
    }
  }

  /** The same over a stream. */
  void transferByStream() {
    InetSocketAddress from = stranger();
    Engine<ServerEvent> stream = stream(from);
    if (stream != null) {
      use(stream, from, hosts % 2 == 0 ? Operation.PUT : Operation.GET);
    }
  }

  private @Nullable Engine<ServerEvent> stream(InetSocketAddress from) {
    Engine<ServerEvent> stream = engine.streams().open(from.getAddress(), nowNs);
    if (stream != null) {
      streams.add(stream);
    }
    return stream;
  }

  /** A connection whose client asks for nothing. */
  void connect() {
    InetSocketAddress from = stranger();
    say(engine, from, handshake(engine, from), 0, FrameWriter::ping);
  }

  /** The same over a stream. */
  void connectByStream() {
    InetSocketAddress from = stranger();
    Engine<ServerEvent> stream = stream(from);
    if (stream != null) {
      say(stream, from, handshake(stream, from), 0, FrameWriter::ping);
    }
  }

  private void use(Engine<ServerEvent> server, InetSocketAddress from, Operation operation) {
    ConnectionSecrets secrets = handshake(server, from);
    say(server, from, secrets, 0, buffer -> FrameWriter.frame(open(operation, from), buffer));
    if (operation == Operation.GET) {
      FileAttributes file = new FileAttributes(NoSource.SIZE_BYTES, 0, 0);
      say(
          server,
          from,
          secrets,
          1,
          buffer -> {
            FrameWriter.frame(new Frame.Accept(Frame.FIRST_FILE, file, List.of()), buffer);
            FrameWriter.window(Frame.FIRST_FILE, Recovery.MAX_PACKETS, buffer);
          });
    }
    for (int i = 1; i <= 40 && operation == Operation.PUT; i++) {
      say(server, from, secrets, i, data(1000L * i, 1));
    }
  }

  /** Takes what is left for what connections hold, as content of the heap. */
  void holdAllBytes() {
    int step = 1 << 16;
    while (memory.share(stranger().getAddress()).hold(step)) {
      held.add(new byte[step]);
    }
  }

  /** Whether every limit is reached. */
  boolean isFull(ServerMemory limits) {
    ServerLimits most = limits.limits();
    return engine.openCount() == 2 * most.sessions()
        && engine.ferry().connectionCount() == limits.connections()
        && engine.streams().count() == limits.streams()
        && manyFiles > 2 * filesOfAConnection
        && memory.heldBytes() > limits.peersBytes() / 10 * 9;
  }

  /** What there is of everything, for people. */
  String counts() {
    return String.format(
        Locale.ROOT,
        "%d lab peers, %d open files, %d more, %d connections, %d streams, %d half-open, %d bytes"
            + " held",
        engine.lab().peerCount(),
        engine.openCount(),
        manyFiles,
        engine.ferry().connectionCount(),
        engine.streams().count(),
        engine.ferry().halfOpenCount(),
        memory.heldBytes());
  }

  /** Somebody who has begun to put a file before all others come. */
  final class HonestClient {
    private final InetSocketAddress from = stranger();
    private final ConnectionSecrets secrets = handshake(engine, from);
    private long sent;

    HonestClient() {
      say(engine, from, secrets, sent++, b -> FrameWriter.frame(open(Operation.PUT, from), b));
    }

    /** Sends the next bytes; returns whether the server answers. */
    boolean goOn() {
      long offset = 1000 * (sent - 1);
      int atOnce = say(engine, from, secrets, sent++, data(offset, 1000));
      nowNs += AckTracker.MAX_ACK_DELAY_NS;
      return atOnce > 0 || answers(engine) > 0;
    }
  }

  private static Consumer<ByteBuffer> data(long offset, int bytes) {
    return buffer -> {
      FrameWriter.dataHeader(Frame.FIRST_FILE, offset, buffer);
      buffer.put(new byte[bytes]);
    };
  }

  private static final class NoLabDisk implements LabStore {
    @Override
    public RefusalReason check(String name, long sizeBytes) {
      return null;
    }

    @Override
    public String inventName(String extension) {
      return extension;
    }

    @Override
    public IncomingFile create(String name, long sizeBytes) {
      return new IncomingFile() {
        @Override
        public void write(long offset, ByteBuffer src) {
          src.position(src.limit());
        }

        @Override
        public void publish(PublicationListener listener) {
          listener.published("0".repeat(64), 0);
        }

        @Override
        public void discard() {}
      };
    }

    @Override
    public IncomingFile createEmpty(String name) {
      return null;
    }
  }

  private static final class NoDisk implements PartialFile {
    @Override
    public List<ByteRange> present() {
      return List.of();
    }

    @Override
    public void write(long offset, ByteBuffer src) {
      src.position(src.limit());
    }

    @Override
    public long backlogBytes() {
      return 0;
    }

    @Override
    public void publish(ContentCheck expected, IncomingFile.PublicationListener listener) {}

    @Override
    public void keep() {}

    @Override
    public void discard() {}
  }

  private static final class NoSource implements SourceFile {
    static final long SIZE_BYTES = 1L << 40;

    @Override
    public long sizeBytes() {
      return SIZE_BYTES;
    }

    @Override
    public FileAttributes attributes() {
      return new FileAttributes(SIZE_BYTES, 0, 0);
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
      dst.position(dst.limit());
    }

    @Override
    public void useBlockSums() {}

    @Override
    public void digest(DigestListener listener) {}

    @Override
    public void release() {}
  }
}

package dev.ferry.protocol.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.testkit.sim.Simulation;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * A put between two ends of a connection in virtual time, over a path that drops some packets, from
 * and to files of any size that take no room. It allocates nothing itself once it has begun, so
 * that what the engine allocates can be measured.
 */
final class BareTransfer {
  static final int DATAGRAM_BYTES = 1472;
  static final byte[] TO_SERVER = "0123456789abcdef0123456789ABCDEF".getBytes(US_ASCII);

  private static final byte[] TO_CLIENT = "fedcba9876543210FEDCBA9876543210".getBytes(US_ASCII);
  private static final InetSocketAddress CLIENT = Simulation.address(1, 40_000);
  private static final InetSocketAddress SERVER = Simulation.address(2, 12_300);
  private static final long PATIENCE_NS = 120 * Nanos.SECOND;

  /** What the client sends, before it can get lost. */
  interface Tap {
    void sent(ByteBuffer datagram);
  }

  private final long sizeBytes;
  private final long storedBytes;
  private final Tap tap;
  private final Queue<LongConsumer> later = new ArrayDeque<>();
  private final Transmit transmit = new Transmit(1 << 16);
  private final Wire toServer;
  private final Wire toClient;
  private final Connection server;
  private final Connection client;
  private final TransferEvent[] ends = new TransferEvent[2];
  private long nowNs;

  /**
   * A transfer that has not begun.
   *
   * @param storedBytes how much of the beginning the server has already
   * @param dropEvery which packets of the client's get lost; 0 for none
   */
  BareTransfer(long sizeBytes, long storedBytes, int dropEvery, Tap tap) {
    this.sizeBytes = sizeBytes;
    this.storedBytes = storedBytes;
    this.tap = tap;
    this.toServer = new Wire(dropEvery);
    this.toClient = new Wire(0);
    SplittableRandom random = new SplittableRandom(1);
    PathState toTheClient = PathState.toClient(CLIENT, 1200, 100, random);
    Disk disk = new Disk();
    server = connection(toTheClient, TO_SERVER, TO_CLIENT, Role.SERVER);
    server.acceptWith(
        open ->
            (context, openedNs) ->
                FileReceiver.put(context, open, disk, ByteBudget.unlimited(), openedNs));
    client = connection(PathState.fixed(SERVER, random), TO_CLIENT, TO_SERVER, Role.CLIENT);
    Bytes id = Bytes.copyOf(new byte[Open.TRANSFER_BYTES]);
    FileAttributes file = new FileAttributes(sizeBytes, 1, 0);
    Open open = new Open(0, Operation.PUT, false, true, id, file, "name");
    client.begin((context, begunNs) -> FileSender.put(context, open, new Source(), begunNs), nowNs);
  }

  private Connection connection(PathState path, byte[] in, byte[] out, Role role) {
    return new Connection(
        ConnectionConfig.overDatagrams(DATAGRAM_BYTES, PATIENCE_NS),
        role,
        new ConnectionKeys(
            new PacketOpener(CipherSuite.AES_128_GCM, in),
            new PacketSealer(CipherSuite.AES_128_GCM, out),
            7),
        path,
        new PacketBuffer(),
        nowNs);
  }

  /** Goes on until so much is at the server, or all of it and both ends have said so. */
  void runUntil(long doneBytes) {
    while (client.transfer().doneBytes() < doneBytes || (doneBytes == sizeBytes && !isOver())) {
      step();
    }
  }

  private boolean isOver() {
    return ends[0] instanceof TransferEvent.Finished && ends[1] instanceof TransferEvent.Finished;
  }

  /** How many packets were sealed, by both ends. */
  long sealed() {
    return toServer.put + toClient.put;
  }

  /** How many packets were opened, by both ends. */
  long opened() {
    return toServer.taken + toClient.taken;
  }

  private void step() {
    while (!later.isEmpty()) {
      later.poll().accept(nowNs);
    }
    boolean busy = send(client, toServer, true);
    busy |= send(server, toClient, false);
    busy |= take(toServer, server, CLIENT);
    busy |= take(toClient, client, SERVER);
    report(client, 0);
    report(server, 1);
    if (!busy && later.isEmpty()) {
      advance();
    }
  }

  private boolean send(Connection from, Wire wire, boolean tapped) {
    if (!from.pollTransmit(nowNs, transmit)) {
      return false;
    }
    if (tapped) {
      tap.sent(transmit.buffer());
    }
    wire.put(transmit.buffer(), nowNs);
    return true;
  }

  private boolean take(Wire wire, Connection to, InetSocketAddress from) {
    if (!Nanos.isDue(wire.nextNs(), nowNs)) {
      return false;
    }
    to.handle(wire.take(), from, nowNs);
    return true;
  }

  private void report(Connection of, int end) {
    TransferEvent event = of.pollEvent();
    if (event != null) {
      ends[end] = event;
    }
    if (event instanceof TransferEvent.Failed failed) {
      throw new AssertionError(failed.toString());
    }
  }

  private void advance() {
    long timersNs = Nanos.earlier(client.nextTimeout(), server.nextTimeout());
    long nextNs = Nanos.earlier(timersNs, Nanos.earlier(toServer.nextNs(), toClient.nextNs()));
    if (nextNs == Nanos.NEVER) {
      throw new AssertionError("nothing is left to wait for");
    }
    nowNs = Math.max(nowNs, nextNs);
    client.onTimeout(nowNs);
    server.onTimeout(nowNs);
  }

  /** One direction of the path. What does not fit gets lost. */
  private static final class Wire {
    private static final int PACKETS = 1 << 11;
    private static final long DELAY_NS = 2 * Nanos.MILLISECOND;

    private final ByteBuffer[] datagrams = new ByteBuffer[PACKETS];
    private final long[] dueNs = new long[PACKETS];
    private final int dropEvery;
    private long put;
    private long first;
    private long after;
    private long taken;

    Wire(int dropEvery) {
      this.dropEvery = dropEvery;
      for (int i = 0; i < PACKETS; i++) {
        datagrams[i] = ByteBuffer.allocate(DATAGRAM_BYTES);
      }
    }

    void put(ByteBuffer datagram, long nowNs) {
      put++;
      boolean dropped = dropEvery > 0 && put % dropEvery == 0;
      if (!dropped && after - first < PACKETS) {
        int at = (int) (after++ % PACKETS);
        datagrams[at].clear().put(datagram).flip();
        dueNs[at] = nowNs + DELAY_NS;
      }
    }

    long nextNs() {
      return first == after ? Nanos.NEVER : dueNs[(int) (first % PACKETS)];
    }

    ByteBuffer take() {
      taken++;
      return datagrams[(int) (first++ % PACKETS)];
    }
  }

  /** A file of zeros. */
  private final class Source implements SourceFile {
    private final byte[] zeros = new byte[DATAGRAM_BYTES];

    @Override
    public FileAttributes attributes() {
      return new FileAttributes(sizeBytes, 1, 0);
    }

    @Override
    public long sizeBytes() {
      return sizeBytes;
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
      dst.put(zeros, 0, dst.remaining());
    }

    @Override
    public void useBlockSums() {}

    @Override
    public void digest(DigestListener listener) {
      later.add(digestedNs -> listener.digested(ContentCheck.bySha256(new byte[32]), digestedNs));
    }

    @Override
    public void release() {}
  }

  /** Keeps nothing of what is written. */
  private final class Disk implements PartialFileStore, PartialFile {
    @Override
    public void receive(ReceiveRequest file, Listener listener) {
      later.add(openedNs -> listener.opened(this, openedNs));
      if (storedBytes > 0) {
        later.add(comparedNs -> listener.compared(List.of(), comparedNs));
      }
    }

    @Override
    public List<ByteRange> present() {
      return storedBytes == 0 ? List.of() : List.of(new ByteRange(0, storedBytes));
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
    public void publish(ContentCheck expected, PublicationListener listener) {
      later.add(ns -> listener.published(expected.sha256Hex(), ns));
    }

    @Override
    public void keep() {
      throw new IllegalStateException("it was to be published");
    }

    @Override
    public void discard() {
      throw new IllegalStateException("it was to be published");
    }
  }
}

package dev.ferry.runtime;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.client.ClientConfig;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.handshake.ServerHandshakeConfig;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.server.FerryModeConfig;
import dev.ferry.protocol.server.ServerEngine;
import dev.ferry.protocol.server.ServerLimits;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An upload from one engine to another in memory, in virtual time. A virtual machine that has just
 * been started takes tens of milliseconds for a packet of a kind that it sees for the first time.
 * The first client of a server would take that for its path: for a longer round trip, and for a
 * lower rate, which costs several round trips.
 */
final class WarmUp {
  private static final FileAttributes FILE = new FileAttributes(100_000, 0, 0);
  private static final int SHA256_BYTES = 32;
  private static final int DATAGRAM_BYTES = 1_472;
  private static final long ROUND_NS = Nanos.MILLISECOND;
  private static final int MOST_ROUNDS = 2_000;
  private static final InetSocketAddress SERVER = address(1);
  private static final InetSocketAddress CLIENT = address(2);
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private final Queue<LongConsumer> later = new ArrayDeque<>();
  private final Transmit transmit = new Transmit(Udp.MAX_PAYLOAD_BYTES);
  private long nowNs;

  WarmUp() {}

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Runs beside whatever else happens, once in the life of the virtual machine. */
  static void start() {
    if (BEGUN.compareAndSet(false, true)) {
      Thread thread = new Thread(() -> new WarmUp().run(), "warm-up");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Returns whether the upload was completed. */
  boolean run() {
    SplittableRandom random = new SplittableRandom(1);
    ServerEngine server = server(random.split());
    ClientEngine client =
        ClientEngine.beginningInFerryMode(
            ClientConfig.of(SERVER, DATAGRAM_BYTES),
            (context, begunNs) -> FileSender.put(context, open(), new Source(), begunNs),
            random,
            nowNs);
    boolean completed = false;
    for (int round = 0; round < MOST_ROUNDS && !completed; round++) {
      for (LongConsumer task = later.poll(); task != null; task = later.poll()) {
        task.accept(nowNs);
      }
      step(client, CLIENT, server);
      step(server, SERVER, client);
      completed = client.pollEvent() instanceof ClientEvent.Completed;
      server.pollEvent();
      nowNs += ROUND_NS;
    }
    return completed;
  }

  private ServerEngine server(SplittableRandom random) {
    return new ServerEngine(
        new NoLabStore(),
        (request, listener) -> later.add(atNs -> listener.opened(new Part(), atNs)),
        null,
        ReceiverConfig.DEFAULT,
        new FerryModeConfig(
            new ServerHandshakeConfig(1, FerryModeConfig.PARAMETERS, CipherSuite.AES_128_GCM),
            null,
            DATAGRAM_BYTES,
            FerryModeConfig.CONNECTIONS_PER_TRANSFER,
            ReceiverConfig.DEFAULT.ownIdleNs(),
            random),
        new ServerLimits(1, 1, 1, 1),
        false);
  }

  private static Open open() {
    Bytes transfer = Bytes.copyOf(new byte[Open.TRANSFER_BYTES]);
    return new Open(Frame.FIRST_FILE, Operation.PUT, false, true, transfer, FILE, "file");
  }

  /** What the one has to send arrives at once. */
  private void step(Engine<?> from, InetSocketAddress address, Engine<?> to) {
    from.onTimeout(nowNs);
    while (from.pollTransmit(nowNs, transmit)) {
      for (; transmit.hasRemaining(); transmit.taken()) {
        to.handle(transmit.datagram(), address, nowNs);
      }
    }
  }

  /** Zeros, whose digest nobody compares. */
  private final class Source implements SourceFile {
    @Override
    public FileAttributes attributes() {
      return FILE;
    }

    @Override
    public long sizeBytes() {
      return FILE.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
      dst.position(dst.limit());
    }

    @Override
    public void useBlockSums() {}

    @Override
    public void digest(DigestListener listener) {
      later.add(atNs -> listener.digested(ContentCheck.bySha256(new byte[SHA256_BYTES]), atNs));
    }

    @Override
    public void release() {}
  }

  /** Keeps nothing. */
  private final class Part implements PartialFile {
    @Override
    public List<ByteRange> present() {
      return List.of();
    }

    @Override
    public void write(long offset, ByteBuffer src) {}

    @Override
    public long backlogBytes() {
      return 0;
    }

    @Override
    public void publish(ContentCheck expected, PublicationListener listener) {
      later.add(atNs -> listener.published(expected.sha256Hex(), atNs));
    }

    @Override
    public void keep() {}

    @Override
    public void discard() {}
  }

  /** The server serves no lab clients. */
  private static final class NoLabStore implements LabStore {
    @Override
    public RefusalReason check(String name, long sizeBytes) {
      return RefusalReason.NOT_PERMITTED;
    }

    @Override
    public String inventName(String extension) {
      return extension;
    }

    @Override
    public IncomingFile create(String name, long sizeBytes) throws StorageException {
      throw new StorageException(RefusalReason.NOT_PERMITTED, name);
    }

    @Override
    public @Nullable IncomingFile createEmpty(String name) {
      return null;
    }
  }
}

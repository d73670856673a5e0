package dev.ferry.protocol.server;

import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ControlFrameQueue;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.transfer.Transfer;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Open;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of Ferry mode ask for, by whichever way they have come: puts and gets of one
 * root. Not thread-safe.
 */
final class TransferRegistry {
  private final PartialFileStore depot;
  private final @Nullable SourceStore catalogue;
  private final Admission admission;
  private final Map<Bytes, ServerConnection> puts = new HashMap<>();
  private long handshakes;

  /**
   * Begins without any.
   *
   * @param catalogue what is handed out, or null for nothing
   */
  TransferRegistry(PartialFileStore depot, @Nullable SourceStore catalogue, Admission admission) {
    this.depot = depot;
    this.catalogue = catalogue;
    this.admission = admission;
  }

  /** Numbers the handshakes of all ways, so that it can be told which came later. */
  long nextHandshake() {
    return ++handshakes;
  }

  /** Does what the client of a session asks for. */
  Transfer begin(ServerConnection session, Open open, ControlFrameQueue outbox, long nowNs) {
    InetAddress address = session.connection.peer().getAddress();
    CountedFiles files = new CountedFiles(admission, address, toldNs -> session.settle());
    return switch (open.operation()) {
      case PUT -> put(session, open, outbox, files, nowNs);
      case GET -> FileSender.get(outbox, open.name(), sources(files), nowNs);
    };
  }

  private SourceStore sources(CountedFiles files) {
    return catalogue == null
        ? name -> {
          throw new StorageException(RefusalReason.NOT_PERMITTED, "this server hands out no files");
        }
        : files.of(catalogue);
  }

  private Transfer put(
      ServerConnection session,
      Open open,
      ControlFrameQueue outbox,
      CountedFiles files,
      long nowNs) {
    ServerConnection before = puts.get(open.transfer());
    if (before != null && before.handshake > session.handshake) {
      return FileReceiver.put(outbox, open, (file, listener) -> refuseLate(listener, nowNs), nowNs);
    }
    supersede(open.transfer(), nowNs);
    session.put = open.transfer();
    puts.put(open.transfer(), session);
    return FileReceiver.put(outbox, open, files.of(depot, nowNs), nowNs);
  }

  /** What a client had sent before it shook hands again must not end what it does now. */
  private static void refuseLate(PartialFileStore.Listener listener, long nowNs) {
    listener.failed(
        new StorageException(RefusalReason.BUSY, "resumed by another connection"), nowNs);
  }

  /**
   * A client that comes again goes on where the connection before, of which it knows no more, was.
   */
  private void supersede(Bytes transfer, long nowNs) {
    ServerConnection before = puts.remove(transfer);
    if (before != null) {
      before.connection.close(
          Close.STOPPED, "resumed by another connection", new TransferFailure.Superseded(), nowNs);
      before.settle();
    }
  }

  /** A session is over. */
  void forget(ServerConnection session) {
    if (session.put != null) {
      puts.remove(session.put, session);
    }
  }
}

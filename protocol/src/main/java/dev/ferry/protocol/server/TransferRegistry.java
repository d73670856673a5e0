package dev.ferry.protocol.server;

import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.Transfer;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Open;
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

  /** What is done for the client of a connection that asks for it. */
  TransferFactory accept(ServerConnection session, Open open) {
    return switch (open.operation()) {
      case PUT -> (context, nowNs) -> put(session, open, context, nowNs);
      case GET -> (context, nowNs) -> FileSender.get(context, open.name(), sources(session), nowNs);
    };
  }

  private SourceStore sources(ServerConnection session) {
    return catalogue == null
        ? name -> {
          throw new StorageException(RefusalReason.NOT_PERMITTED, "this server hands out no files");
        }
        : filesOf(session).of(catalogue);
  }

  private CountedFiles filesOf(ServerConnection session) {
    CountedFiles files = new CountedFiles(admission, session.connection.peer().getAddress());
    files.whenTold(toldNs -> session.settle());
    return files;
  }

  private Transfer put(ServerConnection session, Open open, TransferContext context, long nowNs) {
    ServerConnection before = puts.get(open.transfer());
    if (before != null && before.handshake > session.handshake) {
      return FileReceiver.put(
          context, open, (file, listener) -> refuseLate(listener, nowNs), nowNs);
    }
    supersede(open.transfer(), nowNs);
    session.put = open.transfer();
    puts.put(open.transfer(), session);
    return FileReceiver.put(context, open, filesOf(session).of(depot, nowNs), nowNs);
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

package dev.ferry.server;

import dev.ferry.engine.Catalogue;
import dev.ferry.engine.PartDepot;
import dev.ferry.engine.StorageException;
import dev.ferry.engine.TransferFailure;
import dev.ferry.engine.windowed.FileReceiver;
import dev.ferry.engine.windowed.FileSender;
import dev.ferry.engine.windowed.Outbox;
import dev.ferry.engine.windowed.Transfer;
import dev.ferry.wire.RefusalReason;
import dev.ferry.wire.ferry.Bytes;
import dev.ferry.wire.ferry.Frame.Close;
import dev.ferry.wire.ferry.Frame.Open;
import dev.ferry.wire.ferry.Frame.Operation;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of Ferry mode ask for, by whichever way they have come: puts and gets of one
 * root. Not thread-safe.
 */
final class Transfers {
  private final PartDepot depot;
  private final @Nullable Catalogue catalogue;
  private final Admission admission;
  private final Map<Bytes, FerrySession> puts = new HashMap<>();
  private long handshakes;

  /**
   * Begins without any.
   *
   * @param catalogue what is handed out, or null for nothing
   */
  Transfers(PartDepot depot, @Nullable Catalogue catalogue, Admission admission) {
    this.depot = depot;
    this.catalogue = catalogue;
    this.admission = admission;
  }

  /** Numbers the handshakes of all ways, so that it can be told which came later. */
  long nextHandshake() {
    return ++handshakes;
  }

  /** Does what the client of a session asks for. */
  Transfer begin(FerrySession session, Open open, Outbox outbox, long nowNs) {
    LongConsumer told = toldNs -> session.settle();
    InetAddress address = session.connection.peer().getAddress();
    if (open.operation() == Operation.PUT) {
      return put(session, open, outbox, address, told, nowNs);
    }
    Catalogue view =
        catalogue == null
            ? name -> {
              throw new StorageException(
                  RefusalReason.NOT_PERMITTED, "this server hands out no files");
            }
            : new AdmittingCatalogue(catalogue, admission, address, told);
    return FileSender.get(outbox, open.name(), view, nowNs);
  }

  private Transfer put(
      FerrySession session,
      Open open,
      Outbox outbox,
      InetAddress address,
      LongConsumer told,
      long nowNs) {
    FerrySession before = puts.get(open.transfer());
    if (before != null && before.handshake > session.handshake) {
      return FileReceiver.put(outbox, open, (file, listener) -> refuseLate(listener, nowNs), nowNs);
    }
    supersede(open.transfer(), nowNs);
    session.put = open.transfer();
    puts.put(open.transfer(), session);
    PartDepot view = new AdmittingParts(depot, admission, address, told, nowNs);
    return FileReceiver.put(outbox, open, view, nowNs);
  }

  /** What a client had sent before it shook hands again must not end what it does now. */
  private static void refuseLate(PartDepot.Listener listener, long nowNs) {
    listener.failed(
        new StorageException(RefusalReason.BUSY, "resumed by another connection"), nowNs);
  }

  /**
   * A client that comes again goes on where the connection before, of which it knows no more, was.
   */
  private void supersede(Bytes transfer, long nowNs) {
    FerrySession before = puts.remove(transfer);
    if (before != null) {
      before.connection.close(
          Close.STOPPED, "resumed by another connection", new TransferFailure.Superseded(), nowNs);
      before.settle();
    }
  }

  /** A session is over. */
  void forget(FerrySession session) {
    if (session.put != null) {
      puts.remove(session.put, session);
    }
  }
}

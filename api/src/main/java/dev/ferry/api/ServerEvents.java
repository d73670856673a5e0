package dev.ferry.api;

import dev.ferry.api.TransferException.Reason;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.lab.ReceiverEvent;
import dev.ferry.protocol.server.ServerEvent;

/** Translates the events of a server for its {@link ServerListener}. */
final class ServerEvents {
  private final ServerListener listener;

  ServerEvents(ServerListener listener) {
    this.listener = listener;
  }

  void onEvent(ServerEvent event) {
    try {
      if (event instanceof ServerEvent.Lab lab) {
        lab(lab);
      } else if (event instanceof ServerEvent.Ferry ferry) {
        ferry(ferry);
      }
    } catch (RuntimeException e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }

  private void lab(ServerEvent.Lab lab) {
    ReceiverEvent event = lab.event();
    ServedFile file = new ServedFile(lab.peer(), event.name(), event.sizeBytes());
    if (event instanceof ReceiverEvent.Finished finished) {
      listener.received(file, finished.sha256Hex());
    } else if (event instanceof ReceiverEvent.Failed failed) {
      listener.failed(file, reason(failed.cause()));
    }
  }

  private static Reason reason(ReceiverEvent.Cause cause) {
    return switch (cause) {
      case REFUSED -> Reason.UNSTORABLE;
      case SILENT, TOO_SLOW -> Reason.LOST_CONTACT;
      case SUPERSEDED -> Reason.SUPERSEDED;
      case PROTOCOL_VIOLATION -> Reason.PROTOCOL_VIOLATION;
      case STOPPED -> Reason.STOPPED;
    };
  }

  private void ferry(ServerEvent.Ferry ferry) {
    TransferEvent event = ferry.event();
    ServedFile file = new ServedFile(ferry.peer(), event.name(), event.sizeBytes());
    if (event instanceof TransferEvent.Failed failed) {
      listener.failed(file, Failures.reason(failed.failure()));
    } else if (event instanceof TransferEvent.Finished finished) {
      switch (finished.operation()) {
        case PUT -> listener.received(file, finished.sha256Hex());
        case GET -> listener.sent(file, finished.sha256Hex());
      }
    }
  }
}

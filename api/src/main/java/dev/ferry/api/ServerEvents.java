package dev.ferry.api;

import dev.ferry.api.TransferException.Reason;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.lab.ReceiverEvent;
import dev.ferry.protocol.server.ServerEvent;
import java.util.Objects;

/** Translates the events of a server for its {@link ServerListener}. */
final class ServerEvents {
  private final ServerListener listener;

  ServerEvents(ServerListener listener) {
    this.listener = listener;
  }

  void onEvent(ServerEvent event) {
    try {
      switch (event.kind()) {
        case LAB -> lab((ServerEvent.Lab) event);
        case FERRY -> ferry((ServerEvent.Ferry) event);
        case IGNORED -> {} // Not asked for.
      }
    } catch (RuntimeException e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }

  private void lab(ServerEvent.Lab lab) {
    ReceiverEvent event = lab.event();
    ServedFile file = new ServedFile(lab.peer(), event.name(), event.sizeBytes());
    switch (event.kind()) {
      case STARTED -> {}
      case FINISHED -> listener.received(file, ((ReceiverEvent.Finished) event).sha256Hex());
      case FAILED -> listener.failed(file, reason(((ReceiverEvent.Failed) event).cause()));
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
    ServedFile file = new ServedFile(ferry.peer(), event.name(), Math.max(0, event.sizeBytes()));
    switch (event.kind()) {
      case STARTED -> {}
      case FINISHED -> finished(file, (TransferEvent.Finished) event);
      case FAILED ->
          listener.failed(file, Failures.reason(((TransferEvent.Failed) event).failure()));
    }
  }

  private void finished(ServedFile file, TransferEvent.Finished event) {
    switch (event.operation()) {
      case PUT -> listener.received(file, sha256(event));
      case GET -> listener.sent(file, sha256(event));
      case LIST, VERIFY, REMOVE, DIGESTS -> {} // No file is transferred.
    }
  }

  /** Empty where sums of blocks have vouched for the file. */
  private static String sha256(TransferEvent.Finished event) {
    return Objects.requireNonNullElse(event.sha256Hex(), "");
  }
}

package dev.ferry.runtime;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import java.io.IOException;
import java.util.Optional;

/** Is told what becomes of many files, on any of several threads. */
public interface CopyListener {
  /** The transfers go on over TCP, because nothing answers over UDP. May be called again. */
  void goesOnOverTcp();

  /**
   * The transfer of a file broke off, and goes on by another connection after a pause.
   *
   * @param withoutProgressNs for how long there has been no progress with it, in nanoseconds
   * @param pauseNs how long the pause is at the most, in nanoseconds
   */
  void retrying(FileJob job, TransferFailure failure, long withoutProgressNs, long pauseNs);

  /** The content of a file begins to flow. May be called again for another transport. */
  void connected(FileJob job, ClientEvent.Connected event);

  /**
   * A transfer makes progress. Called often, even without a change.
   *
   * @param doneBytes the bytes of the file that have reached the receiver
   */
  void progress(FileJob job, long doneBytes, long nowNs);

  /** A file is stored. */
  void completed(FileJob job, ClientEvent.Completed event);

  /**
   * A file was not transferred.
   *
   * @param error the last error of the operating system, if there is one
   */
  void failed(FileJob job, ClientEvent.Failed event, Optional<IOException> error);

  /** The server takes no files of a kind, such as directories by themselves; nothing was sent. */
  void notTaken(FileJob job);

  /**
   * Nothing more can be asked of the server, and nothing transferred.
   *
   * @param error the last error of the operating system, if there is one
   */
  void lost(TransferFailure failure, Optional<IOException> error);

  /** A file cannot be read, sent or stored here. */
  void failed(FileJob job, IOException cause);

  /** A file was asked for, and not begun, because something has ended all transfers. */
  void notTried(FileJob job);

  /**
   * Whether a failure is one file's alone: others may go well with the same server.
   *
   * @param failure what has happened to one of many files
   */
  static boolean concernsOneFile(TransferFailure failure) {
    return switch (failure.kind()) {
      case SOURCE_FAILED, UNSTORABLE, SUPERSEDED -> true;
      case REFUSED -> ((TransferFailure.Refused) failure).reason() != RefusalReason.BUSY;
      case ENDED_BY_PEER -> {
        TransferFailure.EndedByPeer ended = (TransferFailure.EndedByPeer) failure;
        yield ended.isSourceChange() || ended.isSuperseded();
      }
      case BUFFER_TOO_SMALL,
          NO_COMMON_VERSION,
          NOT_AUTHENTIC,
          DOWNGRADED,
          STOPPED,
          VIOLATION,
          NOTHING_LISTENS,
          OUTCOME_UNKNOWN,
          DISCONNECTED,
          TURNED_AWAY,
          LOST_CONTACT,
          NO_ANSWER ->
          false;
    };
  }
}

package dev.ferry.protocol;

import java.io.IOException;
import java.util.List;

/** Why a transfer failed, as far as the sending end can tell. */
public sealed interface TransferFailure {
  /** The start was never answered: nothing was stored. */
  record NoAnswer() implements TransferFailure {}

  /** The server fell silent in the middle: nothing was published. */
  record LostContact() implements TransferFailure {}

  /** The stream that carried the datagrams broke in the middle: nothing was published. */
  record Disconnected() implements TransferFailure {}

  /**
   * Everything was sent and only the last chunk's acknowledgement is missing: the file may or may
   * not be there.
   */
  record OutcomeUnknown() implements TransferFailure {}

  /**
   * The server's host says that nothing listens at the port.
   *
   * @param answeredBefore whether the server had answered before that
   * @param lastChunkSent whether the whole file had been sent, so that it may be there
   */
  record NothingListens(boolean answeredBefore, boolean lastChunkSent) implements TransferFailure {}

  /** The server turned the upload down. */
  record Refused(RefusalReason reason) implements TransferFailure {}

  /** The server takes datagrams of {@code bufferBytes} only: too few to carry content. */
  record BufferTooSmall(long bufferBytes) implements TransferFailure {}

  /** The file could not be read, or changed ({@link dev.ferry.protocol.SourceChangedException}). */
  record SourceFailed(IOException cause) implements TransferFailure {}

  /** This end could not store what arrived. */
  record Unstorable(StorageException cause) implements TransferFailure {}

  /**
   * The peer ended the connection.
   *
   * @param code protocol.md, section 11.4
   * @param text what it says; not fit to be printed as it is
   */
  record EndedByPeer(int code, String text) implements TransferFailure {}

  /**
   * The peer broke the protocol.
   *
   * @param detail how, for a log
   */
  record Violation(String detail) implements TransferFailure {}

  /**
   * The handshake failed for want of a common version.
   *
   * @param versions what the server speaks
   */
  record NoCommonVersion(List<Integer> versions) implements TransferFailure {
    public NoCommonVersion {
      versions = List.copyOf(versions);
    }
  }

  /**
   * Somebody answered the handshake, but nobody who has the same secret and saw the same messages.
   */
  record NotAuthentic() implements TransferFailure {}

  /** The client came again, over another connection, and goes on there. */
  record Superseded() implements TransferFailure {}

  /** This end was stopped. */
  record Stopped() implements TransferFailure {}
}

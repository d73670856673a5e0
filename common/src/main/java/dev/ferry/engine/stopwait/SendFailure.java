package dev.ferry.engine.stopwait;

import dev.ferry.wire.RefusalReason;
import java.io.IOException;

/** Why a transfer failed, as far as the sending end can tell. */
public sealed interface SendFailure {
  /** The start was never answered: nothing was stored. */
  record NoAnswer() implements SendFailure {}

  /** The server fell silent in the middle: nothing was published. */
  record LostContact() implements SendFailure {}

  /**
   * Everything was sent and only the last chunk's acknowledgement is missing: the file may or may
   * not be there.
   */
  record OutcomeUnknown() implements SendFailure {}

  /**
   * The server's host says that nothing listens at the port.
   *
   * @param answeredBefore whether the server had answered before that
   * @param lastChunkSent whether the whole file had been sent, so that it may be there
   */
  record NothingListens(boolean answeredBefore, boolean lastChunkSent) implements SendFailure {}

  /** The server turned the upload down. */
  record Refused(RefusalReason reason) implements SendFailure {}

  /** The server takes datagrams of {@code bufferBytes} only: too few to carry content. */
  record BufferTooSmall(long bufferBytes) implements SendFailure {}

  /** The file could not be read, or changed ({@link dev.ferry.engine.SourceChangedException}). */
  record SourceFailed(IOException cause) implements SendFailure {}
}

package dev.ferry.storage;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.io.IOException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Publishes a file on a disk worker. Whatever happens, the engine hears of it. */
final class Publication {
  private static final String WHAT = "cannot publish the file";

  private Publication() {}

  /** The steps that may fail. */
  interface Steps {
    /** Takes them, and returns the file's digest in hexadecimal digits, if it was taken. */
    @Nullable String take() throws IOException;
  }

  /**
   * Publishes.
   *
   * @param cleanUp removes the part file if a step failed
   */
  static void attempt(
      Steps steps, Runnable cleanUp, EngineThread engineThread, PublicationListener listener) {
    LongConsumer outcome;
    try {
      @Nullable String sha256Hex = steps.take();
      outcome = nowNs -> listener.published(sha256Hex, nowNs);
    } catch (IOException | RuntimeException e) {
      cleanUp.run();
      StorageException failure = asFailure(e);
      outcome = nowNs -> listener.failed(failure, nowNs);
    }
    engineThread.execute(outcome);
  }

  /** What a failed step means for the peer. */
  static StorageException asFailure(Exception e) {
    return e instanceof IOException io
        ? StorageErrors.translate(WHAT, io)
        : new StorageException(RefusalReason.IO_ERROR, WHAT + ": " + e, e);
  }
}

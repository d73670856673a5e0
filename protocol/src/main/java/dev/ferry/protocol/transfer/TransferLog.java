package dev.ferry.protocol.transfer;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import org.jspecify.annotations.Nullable;

/** What is to be reported of one transfer, its figures, and its progress. Not thread-safe. */
final class TransferLog {
  /** Less than this is no progress: who drips is not waited for (protocol.md, section 12). */
  static final long PROGRESS_BYTES = 1024;

  private final Operation operation;
  private final String name;
  private final TransferContext context;
  private final long startedNs;
  private long sizeBytes;
  private long resumedBytes;
  private long progressedBytes;
  private long progressedNs;
  private long piecesRepeated;
  private boolean ended;

  /**
   * Begins with the transfer.
   *
   * @param context the connection that carries it
   */
  TransferLog(
      Operation operation, String name, long sizeBytes, TransferContext context, long nowNs) {
    this.context = context;
    this.operation = operation;
    this.name = name;
    this.sizeBytes = sizeBytes;
    this.startedNs = nowNs;
    this.progressedNs = nowNs;
  }

  void started(long newSizeBytes, long newResumedBytes, long nowNs) {
    sizeBytes = newSizeBytes;
    resumedBytes = newResumedBytes;
    phaseChanged(nowNs);
    context.report(
        new TransferEvent.Started(context.file(), operation, name, sizeBytes, resumedBytes));
  }

  /** The size of the file is known. */
  void sized(long bytes) {
    sizeBytes = bytes;
  }

  /** Some of what was there has turned out to be damaged, and is sent again. */
  void damaged(long bytes) {
    resumedBytes -= bytes;
  }

  /**
   * Everything is stored.
   *
   * @param sha256Hex null if the sums of the blocks vouch for it alone
   */
  void finished(@Nullable String sha256Hex, long nowNs) {
    if (!ended) {
      ended = true;
      phaseChanged(nowNs);
      context.report(
          new TransferEvent.Finished(
              context.file(),
              operation,
              name,
              sizeBytes,
              resumedBytes,
              sha256Hex,
              stats(sizeBytes, nowNs),
              context.snapshot(nowNs)));
    }
  }

  void failed(TransferFailure failure, long doneBytes, long nowNs) {
    if (!ended) {
      ended = true;
      context.report(
          new TransferEvent.Failed(
              context.file(), operation, name, sizeBytes, failure, stats(doneBytes, nowNs)));
    }
  }

  private TransferStats stats(long doneBytes, long nowNs) {
    return new TransferStats(
        doneBytes,
        nowNs - startedNs,
        context.stats().packetsSent(),
        piecesRepeated,
        context.stats().smoothedRttNs());
  }

  /** So many bytes more have arrived. */
  void progressed(long bytes, long nowNs) {
    progressedBytes += bytes;
    if (progressedBytes >= PROGRESS_BYTES) {
      phaseChanged(nowNs);
    }
  }

  /** Something else than content has come forward. */
  void phaseChanged(long nowNs) {
    progressedBytes = 0;
    progressedNs = nowNs;
    context.progressed(nowNs);
  }

  /** When there was progress last. */
  long progressedNs() {
    return progressedNs;
  }

  /** A piece of content was sent, or came, once more. */
  void repeated() {
    piecesRepeated++;
  }
}

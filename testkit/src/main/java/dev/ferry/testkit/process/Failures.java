package dev.ferry.testkit.process;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import java.io.IOException;
import java.util.List;

/** One failure of every kind. */
public final class Failures {
  private Failures() {}

  /** In the order of {@link TransferFailure.Kind}. */
  public static List<TransferFailure> ofEveryKind() {
    return List.of(
        new TransferFailure.NoAnswer(),
        new TransferFailure.LostContact(),
        new TransferFailure.Disconnected(),
        new TransferFailure.OutcomeUnknown(),
        new TransferFailure.NothingListens(false, false),
        new TransferFailure.TurnedAway(),
        new TransferFailure.Refused(RefusalReason.BUSY),
        new TransferFailure.BufferTooSmall(10),
        new TransferFailure.SourceFailed(new IOException("torn")),
        new TransferFailure.Unstorable(new StorageException(RefusalReason.NO_SPACE, "full")),
        new TransferFailure.EndedByPeer(1, "enough"),
        new TransferFailure.Violation("a frame too many"),
        new TransferFailure.NoCommonVersion(2, List.of(1)),
        new TransferFailure.NotAuthentic(),
        new TransferFailure.Downgraded(),
        new TransferFailure.Superseded(),
        new TransferFailure.Stopped());
  }
}

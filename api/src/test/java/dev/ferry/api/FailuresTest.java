package dev.ferry.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.api.TransferException.Reason;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@link Failures}. */
class FailuresTest {
  private static List<TransferException> ofEveryKind(boolean reachedFerryMode) {
    return dev.ferry.testkit.process.Failures.ofEveryKind().stream()
        .map(each -> Failures.of(each, "host:1", reachedFerryMode, Optional.empty()))
        .toList();
  }

  @Test
  void shouldTellTheKindsApart() {
    List<TransferException> all = ofEveryKind(true);
    assertThat(all).extracting(TransferException::reason).doesNotHaveDuplicates();
    assertThat(all).extracting(Throwable::getMessage).doesNotHaveDuplicates();
    assertThat(all)
        .allSatisfy(e -> assertThat(e.getMessage()).isNotBlank().doesNotContain("\n", "null"));
  }

  @Test
  void shouldSayWhatCanBeResumed() {
    assertThat(ofEveryKind(false)).noneMatch(TransferException::isResumable);
    assertThat(ofEveryKind(true))
        .filteredOn(TransferException::isResumable)
        .extracting(TransferException::reason)
        .containsExactlyInAnyOrder(
            Reason.LOST_CONTACT,
            Reason.DISCONNECTED,
            Reason.OUTCOME_UNKNOWN,
            Reason.NOTHING_LISTENS,
            Reason.ENDED_BY_PEER,
            Reason.STOPPED);
  }

  @Test
  void shouldSayWhyAFileWasRefused() {
    for (RefusalReason reason : RefusalReason.values()) {
      TransferException e =
          Failures.of(new TransferFailure.Refused(reason), "host:1", true, Optional.empty());
      assertThat(e.refusal()).map(Enum::name).hasValue(reason.name());
    }
  }

  @Test
  void shouldNameTheOperatingSystemsLastComplaint() {
    IOException complaint = new IOException("no route");
    assertThat(Failures.of(new TransferFailure.NoAnswer(), "host:1", false, Optional.of(complaint)))
        .hasCause(complaint);
  }
}

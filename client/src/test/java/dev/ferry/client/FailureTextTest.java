package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.copy.ListException;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferFailure.EndedByPeer;
import dev.ferry.testkit.process.Failures;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link FailureText}. */
class FailureTextTest {
  private static final HostPort SERVER = new HostPort("host", 12_300);
  private static final FailureContext PUT =
      new FailureContext(SERVER, "a file", "a name", " (a hint)", true, false, false);

  static Stream<TransferFailure> failures() {
    return Failures.ofEveryKind().stream();
  }

  private static FailureText text(TransferFailure failure) {
    return FailureText.of(failure, PUT);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void shouldHaveOneLineForEveryKind(TransferFailure failure) {
    assertThat(text(failure).message()).isNotBlank().doesNotContain("\n", "null");
    assertThat(text(failure).exitCode()).isNotIn(ExitCode.OK, ExitCode.SOFTWARE, ExitCode.USAGE);
  }

  @Test
  void shouldTellWhoseFaultAMalformedListIs() {
    assertThat(FailureText.unreadable(new ListException("the server's list is malformed")))
        .isEqualTo(new FailureText(ExitCode.PROTOCOL, "the server's list is malformed"));
  }

  @Test
  void shouldTellTheKindsApart() {
    List<String> texts = failures().map(FailureTextTest::text).map(FailureText::message).toList();

    assertThat(texts).doesNotHaveDuplicates();
  }

  @Test
  void shouldNotShowWhatThePeerSaysAsItIs() {
    assertThat(text(new TransferFailure.EndedByPeer(1, "\u001b[31m")).message())
        .isEqualTo(
            "host:12300 ended the transfer: \\u001b[31m; what has arrived is kept: run the same"
                + " command again to go on");
  }

  @Test
  void shouldNotOfferToResumeWhatHasChangedAtTheServer() {
    FailureText text =
        text(new EndedByPeer(EndedByPeer.SOURCE_CHANGED, "the file cannot be read any more"));

    assertThat(text.exitCode()).isEqualTo(ExitCode.DATA_ERROR);
    assertThat(text.message())
        .isEqualTo("the file changed at host:12300 while it was being fetched; nothing was stored");
  }

  @Test
  void shouldSayWhyTheServerTurnsItDown() {
    assertThat(
            text(new TransferFailure.Refused(RefusalReason.NOT_PERMITTED, "its \u001b[1mdisk"))
                .message())
        .isEqualTo("host:12300 is not permitted to write there: its \\u001b[1mdisk");
    assertThat(text(new TransferFailure.Refused(RefusalReason.BUSY, "it sleeps")).message())
        .isEqualTo("host:12300 is busy: it sleeps; try again later");
  }

  @Test
  void shouldNotAdviseToRepeatWhatAnotherAttemptGoesOnWith() {
    FailureText text = text(new EndedByPeer(EndedByPeer.SUPERSEDED, ""));
    assertThat(text.exitCode()).isEqualTo(ExitCode.TEMPORARY);
    assertThat(text.message())
        .isEqualTo(
            "the same transfer to host:12300 was begun once more, and goes on there; this one"
                + " ends");
  }
}

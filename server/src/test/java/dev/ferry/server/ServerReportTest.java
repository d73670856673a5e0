package dev.ferry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.lab.ReceiverEvent;
import dev.ferry.protocol.server.ServerEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerReportTest {
  private static final InetSocketAddress PEER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @ParameterizedTest
  @EnumSource(value = Operation.class, mode = EnumSource.Mode.EXCLUDE, names = "REMOVE")
  void shouldCountOnlyWhatWasMovedForTheRate(Operation operation) {
    ServerReport report =
        new ServerReport(
            new PrintStream(out, true, UTF_8), System.err, false, false, false, () -> "");
    TransferStats stats = new TransferStats(10 << 20, 2 * Nanos.SECOND, 1, 0, 1);

    report.event(
        new ServerEvent.Ferry(
            PEER,
            1,
            new TransferEvent.Finished(0, operation, "f", 10 << 20, 6 << 20, "00", stats, null)),
        0);

    assertThat(out.toString(UTF_8)).contains("'f', 10.0 MiB in 2.00 s (2.0 MiB/s)");
  }

  private ServerReport report(boolean json) {
    PrintStream all = new PrintStream(out, true, UTF_8);
    return new ServerReport(all, all, false, json, false, () -> "");
  }

  /** A log without dates is of little use once it is old. */
  @Test
  void shouldBeginEachLineWithTheTimeIfThatIsWanted() {
    PrintStream all = new PrintStream(out, true, UTF_8);
    int[] minute = {0};
    ServerReport report =
        new ServerReport(all, all, false, false, true, () -> "12:0" + minute[0]++ + " ");
    report.event(new ServerEvent.Lab(PEER, new ReceiverEvent.Started("f", 1)), 0);
    report.event(new ServerEvent.Lab(PEER, new ReceiverEvent.Finished("f", 1, 1, 0, "00")), 0);
    report.event(new ServerEvent.Ignored(PEER, ServerEvent.Ignored.Reason.NO_KEY, 3), 0);
    report.stopped();
    assertThat(out.toString(UTF_8).lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("12:00 started  127.0.0.1:1 'f', "),
            line -> assertThat(line).startsWith("12:01 finished 127.0.0.1:1 'f', "),
            line -> assertThat(line).startsWith("12:02 ignored  127.0.0.1:1, "),
            line -> assertThat(line).isEqualTo("12:03 stopped"));
  }

  private long lines() {
    return out.toString(UTF_8).lines().count();
  }

  /** Two datagrams from anywhere are a transfer. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldCountLabTransfersOfAFlood(boolean json) {
    ServerReport report = report(json);
    for (int i = 0; i < 5000; i++) {
      report.event(new ServerEvent.Lab(PEER, new ReceiverEvent.Started("f", 1)), i);
      report.event(new ServerEvent.Lab(PEER, new ReceiverEvent.Finished("f", 1, 1, 0, "00")), i);
      report.event(
          new ServerEvent.Lab(
              PEER, new ReceiverEvent.Failed("f", 9, 1, ReceiverEvent.Cause.SILENT, "silent")),
          i);
    }
    assertThat(lines()).isBetween(1000L, 1021L);
    report.event(new ServerEvent.Lab(PEER, new ReceiverEvent.Started("f", 1)), Nanos.SECOND);
    assertThat(out.toString(UTF_8)).contains("9000");
    report.stopped();
    assertThat(out.toString(UTF_8)).contains("4980");
    assertThat(lines()).isLessThan(1030);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldCutTextsFromElsewhere(boolean json) {
    String text = "\u202e".repeat(60_000);
    report(json)
        .event(
            new ServerEvent.Lab(
                PEER, new ReceiverEvent.Failed(text, 9, 0, ReceiverEvent.Cause.REFUSED, text)),
            0);
    assertThat(out.size()).isBetween(500, 15_000);
    assertThat(lines()).isEqualTo(1);
  }
}

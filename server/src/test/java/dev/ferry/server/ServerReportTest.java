package dev.ferry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.server.ServerEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerReportTest {
  private static final InetSocketAddress PEER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @ParameterizedTest
  @EnumSource(Operation.class)
  void shouldCountOnlyWhatWasMovedForTheRate(Operation operation) {
    ServerReport report =
        new ServerReport(new PrintStream(out, true, UTF_8), System.err, false, false, false);
    TransferStats stats = new TransferStats(10 << 20, 2 * Nanos.SECOND, 1, 0, 1);

    report.event(
        new ServerEvent.Ferry(
            PEER, new TransferEvent.Finished(operation, "f", 10 << 20, 6 << 20, "00", stats, null)),
        0);

    assertThat(out.toString(UTF_8)).contains("'f', 10.0 MiB in 2.00 s (2.0 MiB/s)");
  }
}

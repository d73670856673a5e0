package dev.ferry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.StatsWriter;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.server.ServerEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link ServerStatsFile}. */
class ServerStatsFileTest {
  private static final InetSocketAddress PEER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  private static final int OTHERS = 7;

  @TempDir Path directory;
  private final PrintStream err = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);

  private static ServerEvent of(long connection, TransferEvent event) {
    return new ServerEvent.Ferry(PEER, connection, event);
  }

  private static ServerEvent started(long connection) {
    return of(connection, new TransferEvent.Started(0, Operation.PUT, "f", 10, 0));
  }

  private static ServerEvent failed(long connection) {
    return of(
        connection,
        new TransferEvent.Failed(
            0, Operation.PUT, "f", 10, new TransferFailure.LostContact(), TransferStats.NOTHING));
  }

  /** Strangers can begin any number. */
  @Test
  void shouldMeasureAFewAtATimeAndCountTheOthers() throws IOException, CommandException {
    Path file = directory.resolve("stats");
    int most = ServerStatsFile.MAX_MEASURED;
    try (ServerStatsFile stats =
        ServerStatsFile.create(file, Nanos.SECOND, StatsWriter.UNLIMITED, err)) {
      for (int i = 0; i < most + OTHERS; i++) {
        stats.event(started(i), 0);
      }
      stats.event(failed(most), 0);
      stats.event(failed(0), 0);
      stats.event(started(most + OTHERS), 0);
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(1 + most + 3);
    assertThat(lines.get(most + 1)).contains("\"event\":\"end\"", "\"connection\":0");
    assertThat(lines.get(most + 2)).contains("\"event\":\"left-out\"", "\"connections\":" + OTHERS);
    assertThat(lines.get(most + 3)).contains("\"connection\":" + (most + OTHERS));
  }
}

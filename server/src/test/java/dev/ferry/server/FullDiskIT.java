package dev.ferry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.testkit.process.HostileClient;
import dev.ferry.testkit.process.LabSocket;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.SmallDisk;
import dev.ferry.testkit.process.TestPut;
import dev.ferry.testkit.process.TestUpload;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full. */
@EnabledOnOs(OS.LINUX)
class FullDiskIT {
  private static final String CHUNK = "x".repeat(1_400);

  /** More chunks than fit into one block of the disk. */
  private static final int PATIENCE_CHUNKS = 10;

  private static final int ANNOUNCED = 10;
  private static final InetAddress STRANGER = InetAddresses.forString("127.9.9.9");

  @TempDir Path root;
  @TempDir Path sources;

  private ServerProcess start(String... options) throws IOException, InterruptedException {
    return ServerProcess.launcher(root).under(SmallDisk.command(root)).start(options);
  }

  @Test
  void shouldFailOnlyTheTransferForWhichThereIsNoSpace() throws IOException, InterruptedException {
    try (ServerProcess server = start("--reserve", "0");
        LabSocket large = LabSocket.to(server.address());
        LabSocket small = LabSocket.to(server.address())) {
      Path disk = SmallDisk.view(server, root);
      assertThat(large.exchange("s | 0 | large | 00000000000000200000"))
          .isEqualTo("a | 1 | 0000001472");
      assertThat(large.exchange("d | 1 | " + CHUNK)).isEqualTo("a | 2");
      assertThat(small.exchange("s | 0 | small | 8")).isEqualTo("a | 1 | 1472");
      assertThat(small.exchange("d | 1 | half")).isEqualTo("a | 2");

      SmallDisk.fill(disk.resolve("filler"));
      int failed = sendUntilRefused(large);
      assertThat(large.exchange("d | " + failed + " | " + CHUNK))
          .isEqualTo("r | " + failed + " | 5");
      server.err().await("^failed   \\S+ 'large', .*: cannot write .*: No space left on device$");
      RootView.awaitUnfinished(disk, 1);

      // Its block is taken already.
      assertThat(small.exchange("d | 2 | full")).isEqualTo("a | 3");
      assertThat(disk.resolve("small")).hasContent("halffull");
      assertThat(RootView.tree(disk)).containsExactly("filler", "small");

      Files.delete(disk.resolve("filler"));
      assertThat(TestUpload.run(server.address(), "later", CHUNK.repeat(10).getBytes(UTF_8)))
          .isInstanceOf(SenderEvent.Completed.class);
      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).hasSize(1);
    }
  }

  /** Sends chunks from the second on, and returns the number of the one that was turned down. */
  private static int sendUntilRefused(LabSocket client) throws IOException {
    for (int number = 2; number < PATIENCE_CHUNKS; number++) {
      String answer = client.exchange("d | " + number + " | " + CHUNK);
      if (!answer.equals("a | " + (number + 1))) {
        assertThat(answer).isEqualTo("r | " + number + " | 5");
        return number;
      }
    }
    throw new AssertionError("everything was stored on a full disk");
  }

  @Test
  void shouldTurnDownWhatWouldNotFitBeforeItIsSent() throws IOException, InterruptedException {
    try (ServerProcess server = start("--reserve", "100KiB")) {
      Path disk = SmallDisk.view(server, root);
      byte[] tooLarge = new byte[SmallDisk.BYTES - (100 << 10) + 1];
      assertThat(TestUpload.refusal(TestUpload.run(server.address(), "large", tooLarge)))
          .isEqualTo(RefusalReason.NO_SPACE);
      server
          .err()
          .await("^failed   \\S+ 'large', 0 B .*: 159745 bytes wanted, 262144 free, 102400 ");
      assertThat(RootView.tree(disk)).isEmpty();

      byte[] fits = new byte[SmallDisk.BYTES - (100 << 10)];
      assertThat(TestUpload.run(server.address(), "fits", fits))
          .isInstanceOf(SenderEvent.Completed.class);
      assertThat(RootView.tree(disk)).containsExactly("fits");
      assertThat(server.stop()).isZero();
    }
  }

  /** One address announces ten files, of which the disk holds two, and begins to send them. */
  @Test
  void shouldHaveRoomForOthersWhateverOneAddressAnnounces() throws Exception {
    int reserve = 32 << 10;
    Path file = RandomFile.create(sources.resolve("file"), 90_000, 1);
    ExecutorService diskWorker = Executors.newSingleThreadExecutor();
    List<HostileClient> strangers = new ArrayList<>();
    try (ServerProcess server = start("--reserve", "32KiB", "-v")) {
      Path disk = SmallDisk.view(server, root);
      for (int i = 0; i < ANNOUNCED; i++) {
        HostileClient stranger = HostileClient.overUdp(STRANGER, server.address());
        strangers.add(stranger);
        stranger.put("announced-" + i, 90_000);
      }
      server.out().await("^started .* 'announced-");
      assertThat(TestPut.run(server.address(), "first", file, diskWorker))
          .isInstanceOf(ClientEvent.Completed.class);

      for (int offset = 0; offset < 90_000; offset += CHUNK.length()) {
        for (HostileClient stranger : strangers) {
          stranger.content(offset, Math.min(CHUNK.length(), 90_000 - offset));
        }
      }
      assertThat(Files.getFileStore(disk).getUnallocatedSpace()).isGreaterThanOrEqualTo(reserve);
      for (HostileClient stranger : strangers) {
        stranger.leave();
      }
      assertThat(TestPut.run(server.address(), "second", file, diskWorker))
          .isInstanceOf(ClientEvent.Completed.class);
      assertThat(disk.resolve("first")).hasSameBinaryContentAs(file);
      assertThat(disk.resolve("second")).hasSameBinaryContentAs(file);
      assertThat(Files.getFileStore(disk).getUnallocatedSpace()).isGreaterThanOrEqualTo(reserve);
    } finally {
      diskWorker.shutdownNow();
      for (HostileClient stranger : strangers) {
        stranger.close();
      }
    }
  }
}

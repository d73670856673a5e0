package dev.ferry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.api.FerryServer;
import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.runtime.BatchRunner.Direction;
import dev.ferry.testkit.process.RandomFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** {@link BatchRunner} over the loopback interface, against a whole server. */
class BatchRunnerTest {
  private static final int MANY = 300;
  private static final int LARGE_BYTES = 3_000_000;

  @TempDir private Path directory;
  private Path root;
  private Path source;
  private final List<FileJob> requests = new ArrayList<>();
  private final Outcomes outcomes = new Outcomes();

  @BeforeEach
  void create() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    source = Files.createDirectory(directory.resolve("source"));
  }

  private static FileJob job(Path file, String name) {
    return new FileJob(file, name, name, 0);
  }

  private void add(String name, int bytes) throws IOException {
    Path file = RandomFile.create(source.resolve(name), bytes, requests.size());
    requests.add(job(file, "d" + requests.size() % 7 + "/" + name));
  }

  private static BatchRunner runner(Direction direction, TransportChoice transport, Outcomes to) {
    return new BatchRunner(
        direction,
        new TransferOptions(IfExists.OVERWRITE, true, Dialect.SPACED),
        new SecurityOptions(
            SecurityOptions.Mode.EITHER, null, EnumSet.allOf(CipherSuite.class), Digest.AUTO),
        new TransportOptions(
            transport,
            TransportOptions.AS_THE_PATH_TAKES,
            StreamFraming.LENGTH,
            null,
            null,
            false,
            UnaryOperator.identity()),
        to.workers,
        to,
        to);
  }

  private ClientEvent run(
      FerryServer server, Direction direction, TransportChoice transport, List<FileJob> files)
      throws IOException {
    return runner(direction, transport, outcomes)
        .run(
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port())),
            files.iterator());
  }

  @ParameterizedTest
  @EnumSource(value = TransportChoice.class, names = "AUTO", mode = Mode.EXCLUDE)
  void shouldPutAndGetManyFiles(TransportChoice transport) throws IOException {
    for (int i = 0; i < MANY; i++) {
      add("file " + i, i % 10 == 0 ? 0 : 37 * i);
    }
    add("large", LARGE_BYTES);
    try (FerryServer server = FerryServer.builder(root).start()) {
      assertThat(run(server, Direction.PUT, transport, requests))
          .isInstanceOf(ClientEvent.Completed.class);
      assertThat(outcomes.failed).isEmpty();
      assertThat(outcomes.finished).hasSize(MANY + 1);
      for (FileJob request : requests) {
        assertThat(root.resolve(request.name())).hasSameBinaryContentAs(request.path());
      }

      outcomes.finished.clear();
      Path copies = Files.createDirectory(directory.resolve("copies"));
      List<FileJob> back = new ArrayList<>();
      for (FileJob request : requests) {
        back.add(job(copies.resolve(request.path().getFileName()), request.name()));
      }
      assertThat(run(server, Direction.GET, transport, back))
          .isInstanceOf(ClientEvent.Completed.class);
      assertThat(outcomes.failed).isEmpty();
      assertThat(outcomes.finished).hasSize(MANY + 1);
      for (int i = 0; i < requests.size(); i++) {
        assertThat(back.get(i).path()).hasSameBinaryContentAs(requests.get(i).path());
        assertThat(Files.getLastModifiedTime(back.get(i).path()))
            .isEqualTo(Files.getLastModifiedTime(requests.get(i).path()));
      }
    } finally {
      outcomes.workers.close();
    }
  }

  /** The file at the receiver has changed since it was compared, or is gone. */
  @ParameterizedTest
  @CsvSource({"PUT, true", "PUT, false", "GET, true", "GET, false"})
  void shouldTransferTheWholeFileIfTheOlderOneIsNotWhatItWas(Direction direction, boolean there)
      throws IOException {
    add("file", LARGE_BYTES);
    Path here = requests.get(0).path();
    Path served = root.resolve(requests.get(0).name());
    Files.createDirectories(served.getParent());
    Path from = direction == Direction.PUT ? here : served;
    Path to = direction == Direction.PUT ? served : here;
    RandomFile.create(from, LARGE_BYTES, 7);
    Files.deleteIfExists(to);
    if (there) {
      RandomFile.create(to, LARGE_BYTES, 8);
    }
    ByteRange claimed = new ByteRange(0, 4 * BlockSums.BLOCK_BYTES);
    try (FerryServer server = FerryServer.builder(root).start()) {
      List<FileJob> jobs = List.of(requests.get(0).reusing(List.of(claimed)));
      assertThat(run(server, direction, TransportChoice.UDP, jobs))
          .isInstanceOf(ClientEvent.Completed.class);
    } finally {
      outcomes.workers.close();
    }
    assertThat(outcomes.failed).isEmpty();
    assertThat(served).hasSameBinaryContentAs(here);
    assertThat(RandomFile.create(directory.resolve("sent"), LARGE_BYTES, 7))
        .hasSameBinaryContentAs(to);
  }

  @Test
  void shouldGoOnWithTheOthersWhenFilesFail() throws IOException {
    add("first", 10_000);
    requests.add(job(source.resolve("missing"), "missing"));
    requests.add(job(source, "directory"));
    add("CON", 100);
    requests.add(job(requests.get(0).path(), "../outside"));
    add("last", 10_000);
    try (FerryServer server = FerryServer.builder(root).start()) {
      assertThat(run(server, Direction.PUT, TransportChoice.UDP, requests))
          .isInstanceOf(ClientEvent.Completed.class);
    } finally {
      outcomes.workers.close();
    }
    assertThat(outcomes.finished).containsExactlyInAnyOrder("d0/first", "d5/last");
    assertThat(outcomes.failed)
        .containsExactlyInAnyOrder("missing", "directory", "d3/CON", "../outside");
  }

  @Test
  void shouldFailAllFilesWhenNobodyAnswers() throws IOException {
    add("first", 10_000);
    add("second", 10_000);
    int port;
    try (FerryServer server = FerryServer.builder(root).start()) {
      port = server.port();
    }
    Iterator<FileJob> files = requests.iterator();
    ClientEvent end =
        runner(Direction.PUT, TransportChoice.TCP, outcomes)
            .run(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)), files);
    outcomes.workers.close();
    assertThat(end).isInstanceOf(ClientEvent.Failed.class);
    files.forEachRemaining(left -> outcomes.failed(left, new TransferFailure.NoAnswer()));
    assertThat(outcomes.failed).hasSize(2);
  }

  /** What has become of each file; each has one outcome. */
  private static final class Outcomes implements BatchListener, TransferListener {
    private final DiskWorkers workers = new DiskWorkers();
    private final Set<String> finished = new HashSet<>();
    private final Set<String> failed = new HashSet<>();

    @Override
    public void started(FileJob file, long sizeBytes, long resumedBytes) {}

    @Override
    public void progress(FileJob file, long doneBytes, long nowNs) {}

    @Override
    public void completed(FileJob file, ClientEvent.Completed event) {
      assertThat(finished.add(file.name()) && !failed.contains(file.name())).isTrue();
    }

    @Override
    public void failed(FileJob file, TransferFailure failure) {
      assertThat(failed.add(file.name()) && !finished.contains(file.name())).isTrue();
    }

    @Override
    public void notTaken(FileJob file) {
      throw new AssertionError(file);
    }

    @Override
    public void unopened(FileJob file, IOException cause) {
      assertThat(failed.add(file.name()) && !finished.contains(file.name())).isTrue();
    }

    @Override
    public void goesOnOverTcp() {}

    @Override
    public void retrying(TransferFailure failure, long withoutProgressNs, long pauseNs) {}

    @Override
    public void connected(ClientEvent.Connected event) {}

    @Override
    public void progress(long doneBytes, long nowNs) {}
  }
}

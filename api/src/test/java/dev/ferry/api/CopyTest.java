package dev.ferry.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ferry.api.TransferException.Reason;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.Relay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies of trees with {@link FerryClient}, over the loopback interface. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CopyTest {
  private static final int LARGE_BYTES = 2_000_000;
  private static final int STALL_BYTES = 1_000_000;

  /** More than a block, which is what is kept at least. */
  private static final int KEPT_BYTES = 600_000;

  private final Stall stall = new Stall(STALL_BYTES);
  @TempDir private Path directory;
  private Path root;
  private Path tree;

  @BeforeEach
  void create() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    tree = Files.createDirectories(directory.resolve("tree"));
    Files.createDirectories(tree.resolve("empty"));
    Files.createDirectories(tree.resolve("a/b"));
    Files.writeString(tree.resolve("a/b/small"), "small");
    Files.writeString(tree.resolve("a/none"), "");
    RandomFile.create(tree.resolve("medium"), 300_000, 1);
    Files.setLastModifiedTime(tree.resolve("a"), FileTime.fromMillis(1_000_000_000_000L));
  }

  private FerryServer server() throws IOException {
    return FerryServer.builder(root).allowList().allowDelete().allowLinks().start();
  }

  private static FerryClient client(FerryServer server) {
    return FerryClient.builder("127.0.0.1", server.port()).mode(Mode.FERRY).build();
  }

  private static FerryClient client(Relay relay) {
    String address = relay.address();
    int colon = address.lastIndexOf(':');
    return FerryClient.builder(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))
        .build();
  }

  /** What there is below a directory: of files their content, of directories their times. */
  private static SortedMap<String, String> content(Path below) throws IOException {
    SortedMap<String, String> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(below)) {
      for (Path each : all.toList()) {
        String name = below.relativize(each).toString();
        String text =
            Files.isSymbolicLink(each)
                ? "-> " + Files.readSymbolicLink(each)
                : Files.isDirectory(each)
                    ? "directory " + Files.getLastModifiedTime(each).toMillis()
                    : new String(Files.readAllBytes(each), UTF_8);
        found.put(name, text);
      }
    }
    found.remove("");
    return found;
  }

  /** Takes the results of a copy. */
  private static final class Results implements CopyListener {
    final List<FileResult> results = new CopyOnWriteArrayList<>();
    final List<CopyProgress> progress = new CopyOnWriteArrayList<>();

    @Override
    public void onResult(FileResult result) {
      results.add(result);
    }

    @Override
    public void onProgress(CopyProgress now) {
      progress.add(now);
    }

    Map<String, FileResult.Kind> kinds() {
      SortedMap<String, FileResult.Kind> kinds = new TreeMap<>();
      results.forEach(each -> kinds.put(each.name(), each.kind()));
      assertThat(kinds).as("one result of each file").hasSameSizeAs(results);
      return kinds;
    }
  }

  @Test
  void shouldCopyATreeThereAndBack() throws IOException, InterruptedException {
    Path back = directory.resolve("back");
    try (FerryServer server = server();
        FerryClient client = client(server)) {
      Results there = new Results();
      CopySummary sent = client.copyTo(List.of(tree), "up", CopyOptions.DEFAULT, there).await();

      assertThat(content(root.resolve("up/tree"))).isEqualTo(content(tree));
      assertThat(there.kinds())
          .containsOnlyKeys("up/tree/a/b/small", "up/tree/a/none", "up/tree/medium")
          .containsValue(FileResult.Kind.STORED);
      assertThat(sent.stored()).isEqualTo(3);
      assertThat(sent.storedBytes()).isEqualTo(300_005);
      assertThat(sent.isClean()).isTrue();
      assertThat(sent.duration()).isPositive();

      Results again = new Results();
      CopySummary same = client.copyTo(List.of(tree), "up", CopyOptions.DEFAULT, again).await();

      assertThat(same.stored()).isZero();
      assertThat(same.unchanged()).isEqualTo(3);
      assertThat(again.kinds().values()).containsOnly(FileResult.Kind.UNCHANGED);

      CopySummary fetched = client.copyFrom(List.of("up/tree/"), back, CopyOptions.DEFAULT).await();

      assertThat(fetched.stored()).isEqualTo(3);
      assertThat(content(back)).isEqualTo(content(tree));

      CopySummary unchanged =
          client.copyFrom(List.of("up/tree/"), back, CopyOptions.DEFAULT).await();

      assertThat(unchanged.unchanged()).isEqualTo(3);
      assertThat(
              client
                  .copyFrom(List.of("up/tree/"), back, CopyOptions.DEFAULT.withUnchanged())
                  .await()
                  .stored())
          .isEqualTo(3);
    }
  }

  @Test
  void shouldCopyWhatIsInADirectoryAndLeaveOutWhatPatternsSay()
      throws IOException, InterruptedException {
    CopyOptions options = CopyOptions.DEFAULT.excluding(List.of("b/"));
    try (FerryServer server = server();
        FerryClient client = client(server)) {
      client.copyTo(List.of(tree.resolve(".")), "", options).await();

      assertThat(content(root)).containsOnlyKeys("a", "a/none", "empty", "medium");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldCopyLinksAndFurtherNames() throws IOException, InterruptedException {
    Files.createSymbolicLink(tree.resolve("link"), Path.of("medium"));
    Files.createLink(tree.resolve("other"), tree.resolve("medium"));
    Path back = directory.resolve("back");
    CopyOptions options = CopyOptions.DEFAULT.withLinks().withHardLinks();
    try (FerryServer server = server();
        FerryClient client = client(server)) {
      Results plain = new Results();
      client.copyTo(List.of(tree), "plain", CopyOptions.DEFAULT, plain).await();
      assertThat(plain.results)
          .filteredOn(each -> each.kind() == FileResult.Kind.LEFT_OUT)
          .extracting(each -> ((FileResult.LeftOut) each).reason())
          .containsExactly("a symbolic link");

      client.copyTo(List.of(tree), "", options).await();
      CopySummary fetched = client.copyFrom(List.of("tree/"), back, options).await();

      assertThat(fetched.stored()).isEqualTo(5);
      assertThat(content(back)).isEqualTo(content(tree)).containsEntry("link", "-> medium");
      assertThat(Files.getAttribute(back.resolve("other"), "unix:nlink")).isEqualTo(2);
    }
  }

  @Test
  void shouldSayWhichFilesHaveFailedAndCopyTheOthers() throws IOException, InterruptedException {
    Files.createDirectories(root.resolve("tree/medium"));
    Results results = new Results();
    try (FerryServer server = server();
        FerryClient client = client(server)) {
      CopySummary summary =
          client
              .copyTo(List.of(tree, directory.resolve("absent")), "", CopyOptions.DEFAULT, results)
              .await();

      assertThat(summary.stored()).isEqualTo(2);
      assertThat(summary.failed()).isEqualTo(2);
      assertThat(summary.isClean()).isFalse();
      assertThat(results.results)
          .filteredOn(each -> each.kind() == FileResult.Kind.FAILED)
          .extracting(each -> ((FileResult.Failed) each).failure().reason())
          .containsExactlyInAnyOrder(Reason.REFUSED, Reason.SOURCE_FAILED);
    }
  }

  @Test
  void shouldFailAsAWholeWithoutAServer() throws IOException {
    FerryServer server = server();
    server.close();
    try (FerryClient client = client(server);
        Copy copy = client.copyTo(List.of(tree), "", CopyOptions.DEFAULT)) {
      TransferException failure = catchThrowableOfType(TransferException.class, copy::await);

      assertThat(failure.reason()).isIn(Reason.NOTHING_LISTENS, Reason.NO_ANSWER);
      assertThatThrownBy(() -> copy.future().get(1, TimeUnit.MINUTES))
          .isInstanceOf(ExecutionException.class)
          .hasCause(failure);
    }
  }

  /** How a copy is stopped. */
  private enum Stopping {
    CANCEL,
    CLOSE,
    CLOSE_CLIENT
  }

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("try") // It is what is tested.
  void shouldStopAndGoOnLater(Stopping stopping) throws Exception {
    RandomFile.create(tree.resolve("large"), LARGE_BYTES, 2);
    CountDownLatch worthKeeping = new CountDownLatch(1);
    CopyListener listener =
        new CopyListener() {
          @Override
          public void onProgress(CopyProgress progress) {
            if (progress.doneBytes() >= KEPT_BYTES + 300_005) {
              worthKeeping.countDown();
            }
          }
        };
    try (FerryServer server = server();
        Relay relay = Relay.start(server.address(), stall)) {
      try (FerryClient client = client(relay);
          Copy copy = client.copyTo(List.of(tree), "", CopyOptions.DEFAULT, listener)) {
        assertThat(worthKeeping.await(60, TimeUnit.SECONDS)).isTrue();
        switch (stopping) {
          case CANCEL -> {
            CompletableFuture<CopySummary> future = copy.future();
            assertThat(future.cancel(true)).isTrue();
            assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
          }
          case CLOSE -> copy.close();
          case CLOSE_CLIENT -> client.close();
        }
        TransferException failure = catchThrowableOfType(TransferException.class, copy::await);
        assertThat(failure.reason()).isEqualTo(Reason.STOPPED);
      }
      stall.release();
      try (FerryClient client = client(relay)) {
        CopySummary again = client.copyTo(List.of(tree), "", CopyOptions.DEFAULT).await();

        assertThat(again.resumedBytes()).isPositive();
        assertThat(content(root.resolve("tree"))).isEqualTo(content(tree));
      }
    }
  }

  @Test
  void shouldThrowWhatAListenerThrows() throws IOException {
    CopyListener listener =
        new CopyListener() {
          @Override
          public void onResult(FileResult result) {
            throw new IllegalArgumentException("no");
          }
        };
    try (FerryServer server = server();
        FerryClient client = client(server);
        Copy copy = client.copyTo(List.of(tree), "", CopyOptions.DEFAULT, listener)) {
      assertThatThrownBy(copy::await).isInstanceOf(IllegalArgumentException.class).hasMessage("no");
    }
  }

  @Test
  void shouldVerify() throws IOException, InterruptedException {
    Results results = new Results();
    try (FerryServer server = server();
        FerryClient client = client(server)) {
      client.copyTo(List.of(tree), "", CopyOptions.DEFAULT).await();
      Files.writeString(root.resolve("tree/a/b/small"), "other");
      Files.delete(root.resolve("tree/a/none"));

      CopySummary summary = client.verify(List.of(tree), "", CopyOptions.DEFAULT, results).await();

      assertThat(results.results)
          .containsExactlyInAnyOrder(
              new FileResult.Different("tree/a/b/small", false),
              new FileResult.Different("tree/a/none", true),
              new FileResult.Unchanged("tree/medium", 300_000));
      assertThat(summary.isClean()).isFalse();
      assertThat(root.resolve("tree/a/none")).doesNotExist();
    }
  }

  @Test
  void shouldListAndRemove() throws IOException, InterruptedException {
    try (FerryServer server = server();
        FerryClient client = client(server)) {
      client.copyTo(List.of(tree), "", CopyOptions.DEFAULT).await();
      try (Stream<RemoteEntry> entries = client.list("tree", true)) {
        assertThat(entries.map(each -> each.kind() + " " + each.name() + " " + each.sizeBytes()))
            .containsExactlyInAnyOrder(
                "DIRECTORY a 0",
                "DIRECTORY a/b 0",
                "FILE a/b/small 5",
                "FILE a/none 0",
                "DIRECTORY empty 0",
                "FILE medium 300000");
      }
      try (Stream<RemoteEntry> entries = client.list("tree/medium", false)) {
        assertThat(entries.map(RemoteEntry::name)).containsExactly("");
      }
      TransferException missing =
          catchThrowableOfType(TransferException.class, () -> client.list("absent", false));
      assertThat(missing.refusal()).hasValue(Refusal.NO_SUCH_FILE);

      client.delete("tree/medium");
      client.delete("tree/empty");
      assertThat(content(root.resolve("tree"))).doesNotContainKeys("medium", "empty");
      TransferException full =
          catchThrowableOfType(TransferException.class, () -> client.delete("tree/a"));
      assertThat(full.refusal()).hasValue(Refusal.CANNOT_CREATE);
    }
  }

  @Test
  void shouldSayThatAServerNeitherListsNorRemoves() throws IOException, InterruptedException {
    Files.writeString(root.resolve("file"), "file");
    try (FerryServer server = FerryServer.builder(root).start();
        FerryClient client = client(server)) {
      TransferException unlisted =
          catchThrowableOfType(TransferException.class, () -> client.list("", true));
      assertThat(unlisted.refusal()).hasValue(Refusal.NOT_PERMITTED);
      TransferException kept =
          catchThrowableOfType(TransferException.class, () -> client.delete("file"));
      assertThat(kept.refusal()).hasValue(Refusal.NOT_PERMITTED);

      Results results = new Results();
      Path back = directory.resolve("back");
      client.copyFrom(List.of("file"), back, CopyOptions.DEFAULT, results).await();

      assertThat(back.resolve("file")).hasContent("file");
      assertThat(results.kinds()).containsExactly(Map.entry("file", FileResult.Kind.STORED));
    }
  }
}

package dev.ferry.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import dev.ferry.api.TransferException.Reason;
import dev.ferry.testkit.process.RandomFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link FerryClient} and {@link FerryServer} over the loopback interface. */
class TransferTest {
  private static final int SIZE_BYTES = 600_000;
  private static final int SMALL_BYTES = 50_000;
  private static final int MANY = 20;

  private final FerryServerLog log = new FerryServerLog();

  @TempDir private Path directory;
  private Path root;
  private Path file;

  @BeforeEach
  void create() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    file = RandomFile.create(directory.resolve("file"), SIZE_BYTES, 1);
  }

  private FerryServer.Builder server() {
    return FerryServer.builder(root).listener(log);
  }

  private static FerryClient.Builder client(FerryServer server) {
    return FerryClient.builder("127.0.0.1", server.port());
  }

  private static Secret secret(int seed) {
    byte[] bytes = new byte[Secret.LENGTH];
    bytes[0] = (byte) seed;
    return Secret.copyOf(bytes);
  }

  private static String sha256(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
  }

  private static TransferException failure(Callable<Transfer> call) {
    return catchThrowableOfType(TransferException.class, call::call);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void shouldPutAndGet(Transport transport) throws IOException, InterruptedException {
    Path copy = directory.resolve("copy");
    List<Progress> progress = new ArrayList<>();
    try (FerryServer server = server().start();
        FerryClient client = client(server).transport(transport).build()) {
      Transfer put = client.put(file, "a/name", progress::add);

      assertThat(root.resolve("a/name")).hasSameBinaryContentAs(file);
      assertThat(put.mode()).isEqualTo(TransferMode.FERRY);
      assertThat(put.sizeBytes()).isEqualTo(SIZE_BYTES);
      assertThat(put.resumedBytes()).isZero();
      assertThat(put.duration()).isPositive();
      assertThat(put.sha256()).hasValue(sha256(file));
      assertThat(put.roundTripTime()).isPresent();
      assertThat(log.next()).isEqualTo("received a/name " + SIZE_BYTES + " " + sha256(file));

      Transfer got = client.get("a/name", copy, progress::add);

      assertThat(copy).hasSameBinaryContentAs(file);
      assertThat(got.sha256()).isEqualTo(put.sha256());
      assertThat(log.next()).isEqualTo("sent a/name " + SIZE_BYTES + " " + sha256(file));
    }
    // The first packets of content may come before the answer.
    assertThat(progress.get(0).doneBytes()).isLessThan(SIZE_BYTES);
    assertThat(progress).contains(new Progress(TransferMode.FERRY, SIZE_BYTES, 0, SIZE_BYTES));
  }

  @ParameterizedTest
  @EnumSource(Congestion.class)
  void shouldPutAndGetWithAnyCongestionControl(Congestion congestion)
      throws IOException, InterruptedException {
    Path copy = directory.resolve("copy");
    try (FerryServer server = server().congestion(congestion).start();
        FerryClient client =
            client(server).transport(Transport.UDP).congestion(congestion).build()) {
      client.put(file, "name");
      client.get("name", copy);
    }
    assertThat(root.resolve("name")).hasSameBinaryContentAs(file);
    assertThat(copy).hasSameBinaryContentAs(file);
  }

  /** Appends to a file in the middle of its transfer: this end's thread waits meanwhile. */
  private static ProgressListener growing(Path source) {
    return progress -> {
      if (progress.doneBytes() < progress.sizeBytes()) {
        appendTo(source);
      }
    };
  }

  private static void appendTo(Path source) {
    try {
      Files.writeString(source, "more", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a log does; each later attempt would find another file, and resume nothing. */
  @ParameterizedTest
  @EnumSource(Transport.class)
  void shouldSayThatTheFileGrewMeanwhileAndKeepNothing(Transport transport)
      throws IOException, InterruptedException {
    Path big = RandomFile.create(root.resolve("big"), 30 * SIZE_BYTES, 2);
    Path copies = Files.createDirectory(directory.resolve("copies"));
    try (FerryServer server = server().start();
        FerryClient client = client(server).transport(transport).build()) {
      for (Callable<Transfer> call :
          List.<Callable<Transfer>>of(
              () -> client.get("big", copies.resolve("copy"), growing(big)),
              () -> client.put(big, "copy", growing(big)))) {
        TransferException failure = failure(call);
        assertThat(failure.reason()).isEqualTo(Reason.SOURCE_FAILED);
        assertThat(failure.isResumable()).isFalse();
        assertThat(log.next()).endsWith("SOURCE_FAILED");
      }
    }
    assertThat(copies).isEmptyDirectory();
    assertThat(root).isDirectoryNotContaining("regex:.*ferry-.*|.*copy");
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  @EnabledOnOs(OS.LINUX)
  void shouldNotSendAFileWhoseSizeIsNotWhatItSays(Mode mode) throws IOException {
    try (FerryServer server = server().start();
        FerryClient client = client(server).mode(mode).build()) {
      for (String name : List.of("/proc/version", "/sys/kernel/mm/transparent_hugepage/enabled")) {
        Path odd = Path.of(name);
        assumeTrue(Files.isReadable(odd));
        TransferException failure = failure(() -> client.put(odd, "name"));
        assertThat(failure.reason()).isEqualTo(Reason.SOURCE_FAILED);
        assertThat(failure).hasMessageContaining("than its size says");
      }
    }
    assertThat(root).isEmptyDirectory();
  }

  /** Of a server and of clients, in any mode. 50 kB at 100 kB/s, but for what may go at once. */
  @ParameterizedTest
  @EnumSource(Transport.class)
  void shouldKeepToTheMaxRate(Transport transport) throws IOException, InterruptedException {
    Path small = RandomFile.create(directory.resolve("small"), SMALL_BYTES, 2);
    try (FerryServer server = server().maxRate(100_000).start();
        FerryClient capped = client(server).transport(transport).maxRate(() -> 100_000).build();
        FerryClient free = client(server).transport(transport).build();
        FerryServer freeServer = server().start();
        FerryClient asking = client(freeServer).transport(transport).maxRate(100_000).build()) {
      assertThat(capped.put(small, "name").duration()).isGreaterThan(Duration.ofMillis(400));
      assertThat(free.get("name", directory.resolve("copy")).duration())
          .isGreaterThan(Duration.ofMillis(400));
      assertThat(asking.get("name", directory.resolve("another")).duration())
          .isGreaterThan(Duration.ofMillis(400));
    }
  }

  @Test
  void shouldKeepToTheMaxRateInLabMode() throws IOException, InterruptedException {
    Path small = RandomFile.create(directory.resolve("small"), SMALL_BYTES, 2);
    try (FerryServer server = server().start();
        FerryClient client = client(server).mode(Mode.LAB).maxRate(100_000).build()) {
      assertThat(client.put(small, "name").duration()).isGreaterThan(Duration.ofMillis(400));
    }
  }

  @Test
  void shouldRefuseARateThatIsTooLow() {
    FerryClient.Builder client = FerryClient.builder("localhost", 1);
    assertThatThrownBy(() -> client.maxRate(999)).isInstanceOf(IllegalArgumentException.class);
    FerryServer.Builder server = server();
    assertThatThrownBy(() -> server.maxRate(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldPutInLabMode() throws IOException, InterruptedException {
    try (FerryServer server = server().start();
        FerryClient client = client(server).mode(Mode.LAB).dialect(Dialect.COMPACT).build()) {
      Transfer put = client.put(file, "name");

      assertThat(root.resolve("name")).hasSameBinaryContentAs(file);
      assertThat(put.mode()).isEqualTo(TransferMode.STOP_AND_WAIT);
      assertThat(put.sha256()).isEmpty();
      assertThat(log.next()).startsWith("received name " + SIZE_BYTES);
      assertThatThrownBy(() -> client.get("name", directory.resolve("copy")))
          .isInstanceOf(IllegalStateException.class);
      assertThat(failure(() -> client.put(file, "a | b|c")).reason())
          .isEqualTo(Reason.NOT_EXPRESSIBLE);
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void shouldPutAnEmptyFile(Mode mode) throws IOException, InterruptedException {
    Path empty = Files.createFile(directory.resolve("empty"));
    try (FerryServer server = server().start();
        FerryClient client = client(server).mode(mode).build()) {
      assertThat(client.put(empty, "name").sizeBytes()).isZero();
      assertThat(root.resolve("name")).isEmptyFile();
    }
  }

  @Test
  void shouldKeepAttributesUnlessToldOtherwise() throws IOException, InterruptedException {
    FileTime time = FileTime.from(Instant.ofEpochSecond(1_000_000_000));
    Files.setLastModifiedTime(file, time);
    try (FerryServer server = server().start();
        FerryClient client = client(server).build();
        FerryClient other = client(server).withoutAttributes().build()) {
      client.put(file, "kept");
      other.put(file, "new");
    }
    assertThat(Files.getLastModifiedTime(root.resolve("kept"))).isEqualTo(time);
    assertThat(Files.getLastModifiedTime(root.resolve("new"))).isGreaterThan(time);
  }

  @Test
  void shouldUseTheSameSecret() throws IOException, InterruptedException {
    try (FerryServer server = server().secret(secret(1)).start();
        FerryClient client = client(server).secret(secret(1)).build()) {
      client.put(file, "name");
      assertThat(root.resolve("name")).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void shouldBeRefused() throws IOException, InterruptedException {
    try (FerryServer server = server().receiveOnly().maxFileBytes(SIZE_BYTES).start();
        FerryClient client = client(server).ifExists(IfExists.REFUSE).build()) {
      client.put(file, "name");
      log.next();
      Path other = RandomFile.create(directory.resolve("other"), SIZE_BYTES, 2);
      Path larger = RandomFile.create(directory.resolve("larger"), SIZE_BYTES + 1, 3);

      assertRefused(Refusal.EXISTS, failure(() -> client.put(other, "name")));
      assertThat(log.next()).isEqualTo("failed name UNSTORABLE");
      assertRefused(Refusal.TOO_LARGE, failure(() -> client.put(larger, "larger")));
      assertRefused(Refusal.NAME_NOT_ALLOWED, failure(() -> client.put(file, "../name")));
      assertRefused(
          Refusal.NOT_PERMITTED, failure(() -> client.get("name", directory.resolve("copy"))));
      assertThat(root.resolve("name")).hasSameBinaryContentAs(file);
    }
  }

  /** Whether there is a file of the name, or may be, makes no difference. */
  @Test
  void shouldTakeNothingAndTellNothing() throws IOException, InterruptedException {
    RandomFile.create(root.resolve("there"), SIZE_BYTES, 2);
    Path copy = directory.resolve("copy");
    try (FerryServer server = server().sendOnly().start()) {
      for (Mode mode : Mode.values()) {
        for (IfExists ifExists : IfExists.values()) {
          try (FerryClient client = client(server).mode(mode).ifExists(ifExists).build()) {
            List<String> messages = new ArrayList<>();
            for (String name : List.of("there", "nowhere", "../outside", ".hidden")) {
              TransferException e = failure(() -> client.put(file, name));
              assertRefused(Refusal.NOT_PERMITTED, e);
              messages.add(e.getMessage());
            }
            assertThat(messages).containsOnly(messages.get(0));
          }
        }
      }
      try (FerryClient client = client(server).build()) {
        client.get("there", copy);
      }
    }
    assertThat(copy).hasSameBinaryContentAs(root.resolve("there"));
    assertThat(root.resolve("nowhere")).doesNotExist();
  }

  /** Without a wait for an answer to a packet that cannot be sent. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1025, 70_000})
  void shouldRefuseANameOfTheWrongLength(int length) throws IOException {
    String name = "x".repeat(length);
    try (FerryServer server = server().start();
        FerryClient client = client(server).mode(Mode.FERRY).build()) {
      for (TransferException e :
          List.of(
              failure(() -> client.put(file, name)),
              failure(() -> client.get(name, directory.resolve("copy"))))) {
        assertThat(e.reason()).isEqualTo(Reason.UNSTORABLE);
        assertThat(e.refusal()).hasValue(Refusal.NAME_NOT_ALLOWED);
      }
    }
  }

  private static void assertRefused(Refusal refusal, TransferException e) {
    assertThat(e.reason()).isEqualTo(Reason.REFUSED);
    assertThat(e.refusal()).hasValue(refusal);
    assertThat(e.isResumable()).isFalse();
    assertThat(e).hasMessageContaining("127.0.0.1:");
  }

  @Test
  void shouldNotFindAFile() throws IOException {
    Path nowhere = directory.resolve("none").resolve("copy");
    try (FerryServer server = server().start();
        FerryClient client = client(server).build()) {
      assertRefused(
          Refusal.NO_SUCH_FILE, failure(() -> client.get("name", directory.resolve("copy"))));
      assertThat(failure(() -> client.put(directory.resolve("none"), "name")))
          .hasCauseInstanceOf(NoSuchFileException.class)
          .extracting(TransferException::reason)
          .isEqualTo(Reason.SOURCE_FAILED);
      TransferException e = failure(() -> client.get("name", nowhere));
      assertThat(e.reason()).isEqualTo(Reason.UNSTORABLE);
      assertThat(e.refusal()).hasValue(Refusal.CANNOT_CREATE);
    }
    assertThat(directory.resolve("copy")).doesNotExist();
  }

  @Test
  void shouldFindNobody() throws IOException {
    int port;
    try (DatagramSocket closed = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    try (FerryClient client = FerryClient.builder("127.0.0.1", port).build();
        FerryClient lost = FerryClient.builder("host.invalid", port).build()) {
      TransferException e = failure(() -> client.put(file, "name"));
      assertThat(e.reason()).isEqualTo(Reason.NOTHING_LISTENS);
      assertThat(e).hasMessage("nothing listens at 127.0.0.1:" + port);
      assertThat(failure(() -> lost.put(file, "name")).reason()).isEqualTo(Reason.UNKNOWN_HOST);
    }
  }

  @Test
  void shouldDoManyAtOnce() throws Exception {
    Path small = RandomFile.create(directory.resolve("small"), SMALL_BYTES, 4);
    ExecutorService threads = Executors.newFixedThreadPool(MANY);
    try (FerryServer server = server().start();
        FerryClient client = client(server).build()) {
      List<Future<Transfer>> transfers = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        String name = "name-" + i;
        Path copy = directory.resolve(name);
        transfers.add(
            threads.submit(
                () -> {
                  client.put(small, name);
                  return client.get(name, copy);
                }));
      }
      for (int i = 0; i < MANY; i++) {
        assertThat(transfers.get(i).get().sizeBytes()).isEqualTo(SMALL_BYTES);
        assertThat(root.resolve("name-" + i)).hasSameBinaryContentAs(small);
        assertThat(directory.resolve("name-" + i)).hasSameBinaryContentAs(small);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void shouldRejectWhatIsOutOfRange() {
    FerryClient.Builder client = FerryClient.builder("host", 1);
    FerryServer.Builder server = FerryServer.builder(root);
    List<Runnable> wrong =
        List.of(
            () -> FerryClient.builder("", 1),
            () -> FerryClient.builder("host", 0),
            () -> FerryClient.builder("host", 65_536),
            () -> client.keepTrying(Duration.ofNanos(-1)),
            () -> client.datagramBytes(63),
            () -> client.datagramBytes(65_508),
            () -> server.datagramBytes(255),
            () -> server.maxTransfers(0),
            () -> server.maxTransfersPerAddress(0),
            () -> server.maxFileBytes(-1),
            () -> server.reserveBytes(-1),
            () -> Secret.copyOf(new byte[1]));
    assertThat(wrong)
        .allSatisfy(
            call -> assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class));
    assertThatThrownBy(() -> client.mode(Mode.LAB).transport(Transport.TCP).build())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldSayThatAServerCannotStart() throws IOException {
    try (FerryServer server = server().start()) {
      assertThatThrownBy(() -> server().bind(server.address()).start())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("port " + server.port());
    }
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    assertThatThrownBy(() -> FerryServer.builder(file).bind(any).start())
        .isInstanceOf(IOException.class);
  }
}

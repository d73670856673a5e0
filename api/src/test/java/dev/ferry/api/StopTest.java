package dev.ferry.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.api.TransferException.Reason;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.Relay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How transfers and servers end before they are done. */
class StopTest {
  private static final int SIZE_BYTES = 2_000_000;
  private static final int STALL_BYTES = 1_000_000;

  /** More than a block, which is what is kept at least. */
  private static final int KEPT_BYTES = 600_000;

  private static final int TIMEOUT_SECONDS = 60;

  /** Which way the file goes. */
  enum Direction {
    PUT,
    GET
  }

  private final FerryServerLog log = new FerryServerLog();
  private final Stall stall = new Stall(STALL_BYTES);

  @TempDir private Path directory;
  private Path root;
  private Path file;
  private Path copy;

  @BeforeEach
  void create() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    file = RandomFile.create(directory.resolve("file"), SIZE_BYTES, 1);
    copy = directory.resolve("copy");
    Files.copy(file, root.resolve("served"));
  }

  private FerryServer server() throws IOException {
    return FerryServer.builder(root).listener(log).start();
  }

  private static FerryClient.Builder client(Relay relay) {
    String address = relay.address();
    int colon = address.lastIndexOf(':');
    return FerryClient.builder(
        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
  }

  private Transfer transfer(FerryClient client, Direction direction, ProgressListener listener)
      throws TransferException, InterruptedException {
    return direction == Direction.PUT
        ? client.put(file, "name", listener)
        : client.get("served", copy, listener);
  }

  /** A call on a thread of its own. */
  private static final class Call {
    private final FutureTask<Transfer> task;
    private final Thread thread;

    Call(Callable<Transfer> call) {
      task = new FutureTask<>(call);
      thread = new Thread(task, "call");
      thread.start();
    }

    void interrupt() {
      thread.interrupt();
    }

    Transfer await() throws Exception {
      return task.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    Throwable failure() throws Exception {
      try {
        await();
      } catch (ExecutionException e) {
        return e.getCause();
      }
      throw new AssertionError("the call has not failed");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellTheServerOfAnInterruptionAndGoOnLater(Direction direction) throws Exception {
    try (FerryServer server = server();
        Relay relay = Relay.start(server.address(), stall);
        FerryClient client = client(relay).build()) {
      CountDownLatch worthKeeping = new CountDownLatch(1);
      ProgressListener listener =
          progress -> {
            if (progress.doneBytes() >= KEPT_BYTES) {
              worthKeeping.countDown();
            }
          };
      Call call = new Call(() -> transfer(client, direction, listener));
      assertThat(worthKeeping.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();

      call.interrupt();

      assertThat(call.failure()).isInstanceOf(InterruptedException.class);
      String name = direction == Direction.PUT ? "name" : "served";
      assertThat(log.next()).isEqualTo("failed " + name + " ENDED_BY_PEER");
      stall.release();

      Transfer again = transfer(client, direction, progress -> {});

      assertThat(again.resumedBytes()).isPositive();
      assertThat(direction == Direction.PUT ? root.resolve("name") : copy)
          .hasSameBinaryContentAs(file);
    }
  }

  /** Begins a transfer and interrupts it as soon as something of it is worth keeping. */
  private void interruptOne(FerryClient client, Direction direction) throws Exception {
    CountDownLatch worthKeeping = new CountDownLatch(1);
    Call call =
        new Call(
            () ->
                transfer(
                    client,
                    direction,
                    progress -> {
                      if (progress.doneBytes() >= KEPT_BYTES) {
                        worthKeeping.countDown();
                      }
                    }));
    assertThat(worthKeeping.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    call.interrupt();
    assertThat(call.failure()).isInstanceOf(InterruptedException.class);
    log.next();
    stall.release();
  }

  private Path source(Direction direction) {
    return direction == Direction.PUT ? file : root.resolve("served");
  }

  /** What somebody does to the source of an interrupted transfer. */
  @FunctionalInterface
  private interface Change {
    void make(Path source) throws IOException;
  }

  /** The transfer that goes on with it. */
  private Transfer goOnAfter(Direction direction, Change change) throws Exception {
    try (FerryServer server = server();
        Relay relay = Relay.start(server.address(), stall);
        FerryClient client = client(relay).build()) {
      interruptOne(client, direction);
      Path source = source(direction);
      change.make(source);

      Transfer again = transfer(client, direction, progress -> {});

      assertThat(direction == Direction.PUT ? root.resolve("name") : copy)
          .hasSameBinaryContentAs(source);
      return again;
    }
  }

  /** As an editor, rsync or a checkout does: it is the content that counts, not the inode. */
  @ParameterizedTest
  @EnumSource
  void shouldGoOnWithAnIdenticalCopyOfTheSource(Direction direction) throws Exception {
    Transfer again =
        goOnAfter(
            direction,
            source -> {
              Path other = directory.resolve("other");
              Files.copy(source, other, StandardCopyOption.COPY_ATTRIBUTES);
              Files.move(other, source, StandardCopyOption.REPLACE_EXISTING);
            });
    assertThat(again.resumedBytes()).isPositive();
  }

  /** Its size and its time are those of the file that was there before. */
  @ParameterizedTest
  @EnumSource
  void shouldBeginAfreshIfTheSourceTurnsOutToBeAnother(Direction direction) throws Exception {
    Transfer again =
        goOnAfter(
            direction,
            source -> {
              FileTime time = Files.getLastModifiedTime(source);
              RandomFile.create(source, SIZE_BYTES, 2);
              Files.setLastModifiedTime(source, time);
            });
    assertThat(again.resumedBytes()).isZero();
  }

  @Test
  void shouldEndAnInterruptedTransferInLabMode() throws Exception {
    try (FerryServer server = server();
        Relay relay = Relay.start(server.address(), stall);
        FerryClient client = client(relay).mode(Mode.LAB).build()) {
      Call call = new Call(() -> client.put(file, "name"));
      stall.await();
      call.interrupt();
      assertThat(call.failure()).isInstanceOf(InterruptedException.class);
    }
    assertThat(root.resolve("name")).doesNotExist();
  }

  @Test
  void shouldEndTransfersOfAClosedClient() throws Exception {
    try (FerryServer server = server();
        Relay relay = Relay.start(server.address(), stall)) {
      FerryClient client = client(relay).build();
      Call call = new Call(() -> client.put(file, "name"));
      stall.await();

      client.close();
      client.close();

      assertThat(call.failure())
          .isInstanceOfSatisfying(
              TransferException.class,
              e -> {
                assertThat(e.reason()).isEqualTo(Reason.STOPPED);
                assertThat(e.isResumable()).isTrue();
              });
      assertThat(log.next()).isEqualTo("failed name ENDED_BY_PEER");
      assertThatThrownBy(() -> client.put(file, "name")).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void shouldEndTransfersOfAClosedServer() throws Exception {
    FerryServer server = server();
    try (Relay relay = Relay.start(server.address(), stall);
        FerryClient client = client(relay).keepTrying(Duration.ZERO).build()) {
      Call call = new Call(() -> client.put(file, "name"));
      stall.await();

      server.close();
      server.await();
      server.close();

      assertThat(log.next()).isEqualTo("failed name STOPPED");
      assertThat(call.failure())
          .isInstanceOfSatisfying(
              TransferException.class,
              e -> {
                assertThat(e.reason()).isIn(Reason.ENDED_BY_PEER, Reason.NOTHING_LISTENS);
                assertThat(e.isResumable()).isTrue();
              });
    }
  }

  /** The server is updated, say: the call that was under way knows nothing of it. */
  @ParameterizedTest
  @EnumSource
  void shouldGoOnWithAServerThatIsStartedAnew(Direction direction) throws Exception {
    FerryServer server = server();
    try (Relay relay = Relay.start(server.address(), stall);
        FerryClient client = client(relay).build()) {
      Call call = new Call(() -> transfer(client, direction, progress -> {}));
      stall.await();
      server.close();
      stall.release();
      try (FerryServer again = FerryServer.builder(root).bind(server.address()).start()) {
        assertThat(call.await().resumedBytes()).isPositive();
        assertThat(again.port()).isEqualTo(server.port());
      }
    }
    assertThat(direction == Direction.PUT ? root.resolve("name") : copy)
        .hasSameBinaryContentAs(file);
  }

  @ParameterizedTest
  @EnumSource
  void shouldThrowWhatAListenerThrows(Direction direction) throws Exception {
    IllegalStateException thrown = new IllegalStateException("enough");
    ProgressListener listener =
        progress -> {
          throw thrown;
        };
    try (FerryServer server = server();
        FerryClient client = FerryClient.builder("127.0.0.1", server.port()).build()) {
      assertThatThrownBy(() -> transfer(client, direction, listener)).isSameAs(thrown);
      transfer(client, direction, progress -> {});
    }
  }
}

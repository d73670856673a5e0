package dev.ferry.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ferry.api.TransferException.Reason;
import dev.ferry.testkit.process.RandomFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams with {@link FerryClient}, over the loopback interface. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StreamTest {
  @TempDir private Path directory;
  private Path root;

  @BeforeEach
  void create() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  private FerryServer server() throws IOException {
    return FerryServer.builder(root).start();
  }

  private static FerryClient client(FerryServer server) {
    return FerryClient.builder("127.0.0.1", server.port()).build();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 70_000, 3_000_000})
  void shouldSendAndFetchAStream(int bytes) throws IOException, InterruptedException {
    Path file = RandomFile.create(directory.resolve("file"), bytes, 1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (FerryServer server = server();
        FerryClient client = client(server);
        InputStream in = Files.newInputStream(file)) {
      Transfer put = client.put(in, "stream");

      assertThat(root.resolve("stream")).hasSameBinaryContentAs(file);
      assertThat(put.sizeBytes()).isEqualTo(bytes);
      assertThat(put.sha256()).isPresent();

      Transfer got = client.get("stream", out);

      assertThat(out.toByteArray()).isEqualTo(Files.readAllBytes(file));
      assertThat(got.sizeBytes()).isEqualTo(bytes);
      assertThat(got.sha256()).isEqualTo(put.sha256());
    }
  }

  @Test
  void shouldFailWithTheCauseIfAStreamCannotBeRead() throws IOException {
    IOException cause = new IOException("gone");
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw cause;
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            throw cause;
          }
        };
    try (FerryServer server = server();
        FerryClient client = client(server)) {
      TransferException failure =
          catchThrowableOfType(TransferException.class, () -> client.put(broken, "stream"));

      assertThat(failure.reason()).isEqualTo(Reason.SOURCE_FAILED);
      assertThat(failure).hasCause(cause);
      assertThat(root.resolve("stream")).doesNotExist();
    }
  }

  @Test
  void shouldFailWithTheCauseIfAStreamCannotBeWrittenTo() throws IOException {
    Files.writeString(root.resolve("file"), "content");
    IOException cause = new IOException("gone");
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw cause;
          }
        };
    try (FerryServer server = server();
        FerryClient client = client(server)) {
      TransferException failure =
          catchThrowableOfType(TransferException.class, () -> client.get("file", broken));

      assertThat(failure.reason()).isEqualTo(Reason.UNSTORABLE);
      assertThat(failure).hasRootCause(cause);
    }
  }

  /** A stream of which nothing comes does not keep the caller. */
  @Test
  void shouldEndWithAnInterruptionAndLeaveTheStreamOpen() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    try (FerryServer server = server();
        FerryClient client = client(server);
        PipedOutputStream end = new PipedOutputStream();
        PipedInputStream in =
            new PipedInputStream(end) {
              @Override
              public synchronized int read(byte[] buffer, int offset, int length)
                  throws IOException {
                reading.countDown();
                return super.read(buffer, offset, length);
              }
            }) {
      FutureTask<Transfer> call = new FutureTask<>(() -> client.put(in, "stream"));
      Thread thread = new Thread(call, "call");
      thread.start();
      assertThat(reading.await(60, TimeUnit.SECONDS)).isTrue();

      thread.interrupt();

      assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(InterruptedException.class);
      end.write(1);
      assertThat(root.resolve("stream")).doesNotExist();
    }
  }

  @Test
  void shouldNotUseALabServerForAStream() throws IOException {
    try (FerryServer server = server();
        FerryClient client =
            FerryClient.builder("127.0.0.1", server.port()).mode(Mode.LAB).build()) {
      assertThatThrownBy(() -> client.put(InputStream.nullInputStream(), "stream"))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}

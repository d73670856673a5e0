package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** {@link PipeSource}: the test is the engine's thread. */
class PipeSourceTest {
  private static final int CAPACITY = 2 * RingMemory.CHUNK_BYTES;
  private static final int PATIENCE_SECONDS = 60;

  private final BlockingQueue<LongConsumer> tasks = new LinkedBlockingQueue<>();

  private static final class Log implements SourceStream.Listener, SourceFile.DigestListener {
    private IOException failure;
    private byte[] digest;

    @Override
    public void onMore(long nowNs) {}

    @Override
    public void onFailure(IOException cause, long nowNs) {
      failure = cause;
    }

    @Override
    public void digested(ContentCheck check, long nowNs) {
      digest = check.sha256().toArray();
    }

    @Override
    public void failed(IOException cause, long nowNs) {
      failure = cause;
    }
  }

  private PipeSource source(PipeInput input) {
    PipeSource source = new PipeSource(input, tasks::add, new RingMemory(2));
    source.start();
    return source;
  }

  private void runNext() throws InterruptedException {
    LongConsumer task = tasks.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(task).as("nothing was told").isNotNull();
    task.accept(0);
  }

  private static byte[] read(SourceStream stream, long from, long to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) (to - from));
    stream.read(from, buffer);
    return buffer.array();
  }

  private void awaitBytes(SourceStream stream, long bytes) throws InterruptedException {
    while (stream.availableBytes() < bytes) {
      runNext();
    }
  }

  @Test
  void shouldReadAheadNoMoreThanItHolds() throws Exception {
    byte[] content = TestPartialFiles.content(5 * CAPACITY + 7, 1);
    SourceStream stream = source(new ByteArrayInputStream(content)::read).attempt();
    Log log = new Log();
    assertThat(stream.begin(log)).isTrue();
    long done = 0;
    while (done < content.length) {
      long most = Math.min(content.length, done + CAPACITY);
      awaitBytes(stream, most);
      assertThat(stream.availableBytes()).isEqualTo(most);
      assertThat(read(stream, done, most))
          .isEqualTo(Arrays.copyOfRange(content, (int) done, (int) most));
      done = Math.min(most, done + CAPACITY / 2 + 1);
      stream.delivered(done);
    }
    while (stream.sizeBytes() == FileAttributes.UNKNOWN_SIZE) {
      runNext();
    }
    assertThat(stream.sizeBytes()).isEqualTo(content.length);
    stream.digest(log);
    while (log.digest == null) {
      runNext();
    }
    assertThat(log.digest).isEqualTo(TestPartialFiles.sha256(content));
  }

  @Test
  void shouldBeginAnewAsLongAsNothingIsGone() throws Exception {
    byte[] content = TestPartialFiles.content(CAPACITY + 1, 2);
    PipeSource source = source(new ByteArrayInputStream(content)::read);
    SourceStream first = source.attempt();
    assertThat(first.begin(new Log())).isTrue();
    awaitBytes(first, CAPACITY);
    first.release();
    SourceStream second = source.attempt();
    assertThat(source.isAtBeginning()).isTrue();
    assertThat(second.begin(new Log())).isTrue();
    assertThat(read(second, 0, 100)).isEqualTo(Arrays.copyOf(content, 100));
    first.delivered(CAPACITY); // Means nothing any more.
    assertThat(second.availableBytes()).isEqualTo(CAPACITY);
    second.delivered(1);
    awaitBytes(second, CAPACITY + 1);
    assertThat(source.isAtBeginning()).isFalse();
    assertThat(source.attempt().begin(new Log())).isFalse();
  }

  @Test
  void shouldTellThatNothingMoreCanBeRead() throws Exception {
    IOException failure = new IOException("on command");
    Log log = new Log();
    SourceStream stream =
        source(
                (buffer, offset, length) -> {
                  throw failure;
                })
            .attempt();
    assertThat(stream.begin(log)).isTrue();
    while (log.failure == null) {
      runNext();
    }
    assertThat(log.failure).isSameAs(failure);
    assertThat(stream.sizeBytes()).isEqualTo(FileAttributes.UNKNOWN_SIZE);
  }
}

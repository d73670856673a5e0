package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** {@link PipeDestination}: the test is the engine's thread. */
class PipeDestinationTest {
  private static final int CAPACITY = 2 * RingMemory.CHUNK_BYTES;
  private static final int PATIENCE_SECONDS = 60;

  private final BlockingQueue<LongConsumer> tasks = new LinkedBlockingQueue<>();
  private final Reader reader = new Reader();
  private volatile boolean readerGone;
  private final PipeDestination destination =
      new PipeDestination(reader, tasks::add, cause -> readerGone, new RingMemory(2));
  private final Log log = new Log();

  /** Takes writes one by one, when it is told to. */
  private static final class Reader extends OutputStream {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final Semaphore writes = new Semaphore(0);
    private volatile IOException failure;

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException("whole pieces are written");
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      writes.acquireUninterruptibly();
      if (failure != null) {
        throw failure;
      }
      synchronized (taken) {
        taken.write(b, off, len);
      }
    }

    byte[] taken() {
      synchronized (taken) {
        return taken.toByteArray();
      }
    }
  }

  private static final class Log implements PartialFileStore.Listener, PublicationListener {
    private PartialFile part;
    private List<ByteRange> damaged;
    private StorageException failure;
    private String published;
    private int outcomes;

    @Override
    public void opened(PartialFile opened, long nowNs) {
      part = opened;
    }

    @Override
    public void compared(List<ByteRange> newDamaged, long nowNs) {
      damaged = newDamaged;
    }

    @Override
    public void caughtUp(long nowNs) {}

    @Override
    public void published(String sha256Hex, long nowNs) {
      published = sha256Hex;
      outcomes++;
    }

    @Override
    public void failed(StorageException cause, long nowNs) {
      failure = cause;
      outcomes++;
    }
  }

  private void runUntil(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      LongConsumer task = tasks.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(task).as("nothing was told").isNotNull();
      task.accept(0);
    }
  }

  private static ReceiveRequest request(byte[] content, long modifiedNs) {
    return TestPartialFiles.file(TestPartialFiles.ID, "name", content.length, modifiedNs);
  }

  private PartialFile open(byte[] content) throws InterruptedException {
    log.part = null;
    destination.receive(request(content, 1), log);
    runUntil(() -> log.part != null);
    return log.part;
  }

  @Test
  void shouldWriteInOrderWhatComesInAny() throws Exception {
    byte[] content = TestPartialFiles.content(CAPACITY, 1);
    reader.writes.release(1000);
    PartialFile part = open(content);
    TestPartialFiles.write(part, content, 300_000, content.length);
    TestPartialFiles.write(part, content, 100, 310_000);
    TestPartialFiles.write(part, content, 0, 2000);
    part.publish(ContentCheck.bySha256(TestPartialFiles.sha256(content)), log);
    runUntil(() -> log.outcomes > 0);
    assertThat(log.published).isNotNull();
    assertThat(reader.taken()).isEqualTo(content);
  }

  @Test
  void shouldHaveRoomForWhatIsRead() throws Exception {
    byte[] content = TestPartialFiles.content(2 * CAPACITY, 2);
    PartialFile part = open(content);
    assertThat(part.roomBytes()).isEqualTo(CAPACITY);
    TestPartialFiles.write(part, content, 0, CAPACITY);
    assertThat(part.roomBytes()).isZero();
    reader.writes.release();
    runUntil(() -> part.roomBytes() > 0);
    assertThat(part.roomBytes()).isEqualTo(reader.taken().length);
  }

  @Test
  void shouldFailIfTheDigestDiffers() throws Exception {
    byte[] content = TestPartialFiles.content(1000, 3);
    reader.writes.release(1000);
    PartialFile part = open(content);
    TestPartialFiles.write(part, content, 0, 1000);
    part.publish(ContentCheck.bySha256(TestPartialFiles.sha256(new byte[1000])), log);
    runUntil(() -> log.outcomes > 0);
    assertThat(log.failure.reason()).isEqualTo(RefusalReason.DIGEST_DIFFERS);
    assertThat(destination.isAlive()).isFalse();
  }

  @Test
  void shouldGoOnByAnotherConnection() throws Exception {
    byte[] content = TestPartialFiles.content(50_000, 4);
    PartialFile first = open(content);
    TestPartialFiles.write(first, content, 0, 20_000);
    TestPartialFiles.write(first, content, 30_000, 40_000);
    first.keep();
    PartialFile second = open(content);
    assertThat(second.present()).containsExactly(new ByteRange(0, 20_000));
    runUntil(() -> log.damaged != null);
    assertThat(log.damaged).isEmpty();
    reader.writes.release(1000);
    TestPartialFiles.write(second, content, 20_000, content.length);
    second.publish(ContentCheck.bySha256(TestPartialFiles.sha256(content)), log);
    runUntil(() -> log.outcomes > 0);
    assertThat(log.published).isNotNull();
    assertThat(reader.taken()).isEqualTo(content);
  }

  @Test
  void shouldNotGoOnWithAnotherFile() throws Exception {
    byte[] content = TestPartialFiles.content(50_000, 5);
    PartialFile first = open(content);
    TestPartialFiles.write(first, content, 0, 20_000);
    first.keep();
    destination.receive(request(content, 2), log);
    runUntil(() -> log.failure != null);
    assertThat(log.failure.reason()).isEqualTo(RefusalReason.DIGEST_DIFFERS);
  }

  @Test
  void shouldTellThatNothingCanBeWritten() throws Exception {
    byte[] content = TestPartialFiles.content(1000, 6);
    PartialFile part = open(content);
    reader.failure = new IOException("on command");
    TestPartialFiles.write(part, content, 0, 500);
    reader.writes.release();
    runUntil(() -> log.failure != null);
    assertThat(destination.isAlive()).isFalse();
    part.discard();
  }

  @Test
  void shouldTellItOnceWhereAllHasCome() throws Exception {
    readerGone = true;
    byte[] content = TestPartialFiles.content(1000, 7);
    PartialFile part = open(content);
    reader.failure = new IOException("on command");
    TestPartialFiles.write(part, content, 0, 1000);
    part.publish(ContentCheck.bySha256(TestPartialFiles.sha256(content)), log);
    reader.writes.release();
    runUntil(() -> log.outcomes > 0);
    assertThat(log.failure).isNotNull();
    assertThat(tasks).isEmpty();
    assertThat(log.outcomes).isEqualTo(1);
  }
}

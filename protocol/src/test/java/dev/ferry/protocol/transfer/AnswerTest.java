package dev.ferry.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceChangedException;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ControlFrameQueue.Kind;
import dev.ferry.protocol.connection.Transfer;
import dev.ferry.protocol.connection.Transfer.Stage;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is answered without content, at both ends. */
class AnswerTest {
  private static final FileAttributes FILE = new FileAttributes(3_000, 17, 0644);
  private static final ContentCheck CHECK = ContentCheck.bySha256(new byte[32]);

  private final BareContext context = new BareContext(1_200, 10);
  private final List<String> answers = new ArrayList<>();
  private SourceFile.DigestListener asked;
  private boolean released;

  private static Open open(Operation operation, boolean attributesOnly) {
    return new Open(
        0,
        operation,
        attributesOnly,
        true,
        Bytes.copyOf(new byte[Open.TRANSFER_BYTES]),
        new FileAttributes(0, 0, 0),
        "a");
  }

  /** A file whose digest is ready when the test says so. */
  private final class Read implements SourceFile {
    @Override
    public FileAttributes attributes() {
      return FILE;
    }

    @Override
    public long sizeBytes() {
      return FILE.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
      throw new AssertionError("content");
    }

    @Override
    public void useBlockSums() {
      throw new AssertionError("the digest is asked for");
    }

    @Override
    public void digest(DigestListener listener) {
      asked = listener;
    }

    @Override
    public void release() {
      released = true;
    }
  }

  private Transfer verify(boolean attributesOnly) {
    SourceStore store = name -> new Read();
    return Answer.verify(context, open(Operation.VERIFY, attributesOnly), store, 0);
  }

  private Transfer ask(Operation operation, boolean attributesOnly) {
    return Question.ask(
        context,
        open(operation, attributesOnly),
        (file, sha256) -> answers.add(file + " " + sha256.length),
        0);
  }

  @Test
  void shouldTellTheAttributesAtOnceAndReadNothing() {
    Transfer transfer = verify(true);

    assertThat(asked).isNull();
    assertThat(released).isTrue();
    assertThat(transfer.stage()).isEqualTo(Stage.OVER);
    assertThat(transfer.mayBeForgotten()).as("the accept may be lost").isFalse();
    assertThat(context.events).singleElement().isInstanceOf(TransferEvent.Finished.class);
  }

  @Test
  void shouldSayNothingBeforeTheDigestIsThere() {
    Transfer transfer = verify(false);

    assertThat(transfer.stage()).isEqualTo(Stage.BUSY);
    assertThat(context.events).isEmpty();
    asked.digested(CHECK, 5);
    assertThat(released).isTrue();
    assertThat(transfer.stage()).isEqualTo(Stage.OVER);
    assertThat(transfer.mayBeForgotten()).isFalse();
    assertThat(context.events).singleElement().isInstanceOf(TransferEvent.Finished.class);
  }

  @Test
  void shouldTurnDownAFileThatChangesAndOneThatIsNotThere() {
    verify(false);
    asked.failed(new SourceChangedException("changed"), 5);
    assertThat(context.events).singleElement().isInstanceOf(TransferEvent.Failed.class);
    context.events.clear();
    SourceStore none =
        name -> {
          throw new StorageException(RefusalReason.NO_SUCH_FILE, "none");
        };
    Transfer transfer = Answer.verify(context, open(Operation.VERIFY, true), none, 0);
    assertThat(transfer.stage()).isEqualTo(Stage.OVER);
    assertThat(transfer.mayBeForgotten()).isTrue();
    assertThat(context.events).singleElement().isInstanceOf(TransferEvent.Failed.class);
  }

  @Test
  void shouldReleaseAFileThatNobodyAsksForAnyMore() {
    Transfer transfer = verify(false);

    transfer.end(new TransferFailure.LostContact(), 5);
    assertThat(released).isTrue();
    asked.digested(CHECK, 6);
    assertThat(context.events).singleElement().isInstanceOf(TransferEvent.Failed.class);
  }

  @Test
  void shouldTakeAnAnswerInAnyOrder() {
    Transfer transfer = ask(Operation.VERIFY, false);

    transfer.onDone(1);
    transfer.onFinish(new Finish(0, 3_000, CHECK, 0), 2);
    assertThat(transfer.stage()).isEqualTo(Stage.ACTIVE);
    assertThat(answers).isEmpty();
    transfer.onAccept(new Accept(0, FILE, List.of()), 3);
    assertThat(answers).containsExactly(FILE + " 32");
    assertThat(transfer.stage()).isEqualTo(Stage.OVER);
    assertThat(context.events).singleElement().isInstanceOf(TransferEvent.Finished.class);
  }

  @Test
  void shouldTakeADoneForARemoval() {
    Transfer transfer = ask(Operation.REMOVE, false);

    assertThat(context.frames().wasSent(Kind.OPEN)).isFalse();
    transfer.onDone(1);
    assertThat(answers).containsExactly("null 0");
    assertThat(transfer.stage()).isEqualTo(Stage.OVER);
  }

  @Test
  void shouldNotTakeWhatWasNotAskedFor() {
    ask(Operation.VERIFY, true).onFinish(new Finish(0, 3_000, CHECK, 0), 2);
    assertThat(context.closed.code()).isEqualTo(Close.PROTOCOL_VIOLATION);
    context.closed = null;
    ask(Operation.REMOVE, false).onAccept(new Accept(0, FILE, List.of()), 3);
    assertThat(context.closed.code()).isEqualTo(Close.PROTOCOL_VIOLATION);
    context.closed = null;
    ask(Operation.VERIFY, false).onData(0, ByteBuffer.allocate(1), 4);
    assertThat(context.closed.code()).isEqualTo(Close.PROTOCOL_VIOLATION);
    context.closed = null;
    verify(false).onDone(5);
    assertThat(context.closed.code()).isEqualTo(Close.PROTOCOL_VIOLATION);
    assertThat(answers).isEmpty();
  }
}

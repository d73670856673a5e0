package dev.ferry.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.ConnectionStats;
import dev.ferry.protocol.connection.ControlFrameQueue;
import dev.ferry.protocol.connection.Transfer;
import dev.ferry.protocol.connection.Transfer.Stage;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A list that is made while its client waits. */
class ListSenderTest {
  private static final FileAttributes LIST = new FileAttributes(3_000, 0, 0);

  private final Context context = new Context();
  private final Content content = new Content();
  private SourceStore.ListListener asked;
  private boolean askedForAll;

  private static Open open(boolean all, boolean preserve) {
    return new Open(
        0,
        Operation.LIST,
        all,
        preserve,
        Bytes.copyOf(new byte[Open.TRANSFER_BYTES]),
        new FileAttributes(0, 0, 0),
        "d");
  }

  private Transfer begin(boolean all) {
    SourceStore store =
        new SourceStore() {
          @Override
          public SourceFile open(String name) {
            throw new AssertionError("a get");
          }

          @Override
          public void list(String name, boolean wanted, ListListener listener, long nowNs) {
            assertThat(name).isEqualTo("d");
            asked = listener;
            askedForAll = wanted;
          }
        };
    return ListSender.list(context, open(all, true), store, 0);
  }

  @Test
  void shouldWaitForTheListAndThenOfferIt() {
    Transfer transfer = begin(true);

    assertThat(askedForAll).isTrue();
    assertThat(transfer.stage()).isEqualTo(Stage.BUSY);
    assertThat(transfer.content().hasContent()).isFalse();
    asked.listed(content, 5);
    assertThat(transfer.stage()).isEqualTo(Stage.ACTIVE);
    assertThat(transfer.content().hasContent()).as("before the client agrees").isFalse();
    transfer.onWindow(3_000);
    transfer.onAccept(new Accept(0, LIST, List.of()), 6);
    assertThat(context.events)
        .containsExactly(new TransferEvent.Started(0, Operation.LIST, "d", 3_000, 0));
    assertThat(context.closed).isNull();
  }

  @Test
  void shouldTurnTheClientDownIfThereIsNone() {
    Transfer transfer = begin(false);

    assertThat(askedForAll).isFalse();
    asked.failed(new StorageException(RefusalReason.NO_SUCH_FILE, "none"), 5);
    assertThat(transfer.stage()).isEqualTo(Stage.OVER);
    assertThat(context.events).singleElement().isInstanceOf(TransferEvent.Failed.class);
  }

  @Test
  void shouldReleaseAListThatNobodyWaitsForAnyMore() {
    Transfer transfer = begin(true);

    transfer.end(new TransferFailure.LostContact(), 5);
    assertThat(transfer.stage()).isEqualTo(Stage.OVER);
    assertThat(context.events).singleElement().isInstanceOf(TransferEvent.Failed.class);
    asked.listed(content, 6);
    assertThat(content.released).isTrue();
    assertThat(transfer.stage()).isEqualTo(Stage.OVER);
  }

  @Test
  void shouldNotTakeAnAnswerBeforeItsOffer() {
    Transfer transfer = begin(true);

    transfer.onAccept(new Accept(0, LIST, List.of()), 5);
    assertThat(context.closed).isNotNull();
    assertThat(context.closed.code()).isEqualTo(Close.PROTOCOL_VIOLATION);
    assertThat(transfer.stage()).isEqualTo(Stage.OVER);
  }

  /** That flag of a list is not in use yet. */
  @Test
  void shouldTurnDownAListWithDigests() {
    SourceStore none =
        name -> {
          throw new AssertionError("a get");
        };
    Transfer transfer = ListSender.list(context, open(false, false), none, 0);

    assertThat(transfer.stage()).isEqualTo(Stage.OVER);
  }

  private static final class Context implements TransferContext {
    private final ControlFrameQueue frames = new ControlFrameQueue(0, queue -> {});
    private final List<TransferEvent> events = new ArrayList<>();
    private Close closed;

    @Override
    public int file() {
      return 0;
    }

    @Override
    public boolean sharesPackets() {
      return false;
    }

    @Override
    public void progressed(long nowNs) {}

    @Override
    public void changed() {}

    @Override
    public void report(TransferEvent event) {
      events.add(event);
    }

    @Override
    public ControlFrameQueue frames() {
      return frames;
    }

    @Override
    public ConnectionStats stats() {
      return new ConnectionStats();
    }

    @Override
    public ConnectionSnapshot snapshot(long nowNs) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int firstPacketBytes() {
      return 1_200;
    }

    @Override
    public int earlyPackets() {
      return 10;
    }

    @Override
    public boolean isAnswered(Operation operation) {
      return true;
    }

    @Override
    public int maxPieces() {
      return 1_000;
    }

    @Override
    public long endLeftOutNumbers() {
      return 0;
    }

    @Override
    public void close(Close close, long nowNs) {
      closed = close;
    }
  }

  private static final class Content implements SourceFile {
    private boolean released;

    @Override
    public FileAttributes attributes() {
      return LIST;
    }

    @Override
    public long sizeBytes() {
      return LIST.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
      dst.position(dst.limit());
    }

    @Override
    public void digest(DigestListener listener) {}

    @Override
    public void release() {
      released = true;
    }
  }
}

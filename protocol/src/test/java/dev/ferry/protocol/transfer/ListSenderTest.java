package dev.ferry.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.Transfer;
import dev.ferry.protocol.connection.Transfer.Stage;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A list that is made while its client waits. */
class ListSenderTest {
  private static final FileAttributes LIST = new FileAttributes(3_000, 0, 0);

  private final BareContext context = new BareContext(1_200, 10);
  private final BareSource content = new BareSource(LIST);
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
          public void list(
              String name, boolean wanted, long kinds, ListListener listener, long nowNs) {
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
    assertThat(transfer.content().hasContent()).as("a beginning needs no answer").isTrue();
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

  /** That of a list is not waited for, and its packet may overtake that of the accept. */
  @Test
  void shouldTakeTheFinishOfAListBeforeItsAccept() {
    PartialFileStore store = (file, listener) -> {};
    Finish finish = new Finish(0, 3_000, ContentCheck.bySha256(new byte[32]), 0);
    Transfer list = FileReceiver.get(context, open(true, true), store, 0);
    list.onFinish(finish, 1);
    assertThat(context.closed).isNull();
    list.onAccept(new Accept(0, LIST, List.of()), 2);
    assertThat(context.closed).isNull();

    Transfer other = FileReceiver.get(context, open(true, true), store, 0);
    other.onFinish(finish, 1);
    other.onAccept(new Accept(0, new FileAttributes(2_999, 0, 0), List.of()), 2);
    assertThat(context.closed.code()).isEqualTo(Close.PROTOCOL_VIOLATION);
  }
}

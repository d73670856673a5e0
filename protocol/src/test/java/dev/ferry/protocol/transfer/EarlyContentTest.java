package dev.ferry.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ContentStream;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a client sends before it has an answer, and what a server keeps of it while part files are
 * being opened: bounded for each, and in sum.
 */
class EarlyContentTest {
  private static final FileAttributes FILE = new FileAttributes(1_000_000, 1, 0);
  private static final int PACKET_BYTES = 1_472;
  private static final int PIECE_BYTES = 1_440;
  private static final int MOST_PIECES = 40;
  private static final int BUDGET_PIECES = 100;

  /** What a piece counts for. */
  private static final int HELD_BYTES = PIECE_BYTES + 128;

  private static final long BUDGET_BYTES = (long) BUDGET_PIECES * HELD_BYTES;

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final ByteBudget budget = new ByteBudget(BUDGET_BYTES, BUDGET_BYTES, 0);
  private final List<PartialFileStore.Listener> openings = new ArrayList<>();
  private final PartialFileStore slowStore = (file, listener) -> openings.add(listener);

  private static Open open() {
    Bytes id = Bytes.copyOf(new byte[Open.TRANSFER_BYTES]);
    return new Open(Frame.FIRST_FILE, Operation.PUT, false, true, id, FILE, "name");
  }

  private FileReceiver receiver() {
    return FileReceiver.put(
        new BareContext(PACKET_BYTES, MOST_PIECES), open(), slowStore, budget.share(LOOPBACK), 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 40})
  void shouldSendNoMoreThanTheServerTakes(int packets) {
    FileSender sender =
        FileSender.put(new BareContext(PACKET_BYTES, packets), open(), new BareSource(FILE), 0);
    ContentStream.Piece piece = new ContentStream.Piece();
    int sent = 0;
    while (sender.hasContent()) {
      ByteBuffer packet = ByteBuffer.allocate(sent == 0 ? PACKET_BYTES / 2 : PACKET_BYTES);
      assertThat(sender.writeContent(packet, piece, 0)).isTrue();
      sent++;
    }
    assertThat(sent).isEqualTo(packets);
    sender.onAccept(new Accept(Frame.FIRST_FILE, FILE, List.of()), 1);
    sender.onWindow(FILE.sizeBytes());
    assertThat(sender.hasContent()).isTrue();
  }

  /** How many of so many pieces are taken. */
  private static int fill(FileReceiver receiver, int pieces) {
    int taken = 0;
    for (int i = 0; i < pieces; i++) {
      ByteBuffer content = ByteBuffer.allocate(PIECE_BYTES);
      taken += receiver.onData((long) i * PIECE_BYTES, content, 0) ? 1 : 0;
    }
    return taken;
  }

  private int leftPieces() {
    return (int) ((BUDGET_BYTES - budget.heldBytes()) / HELD_BYTES);
  }

  @Test
  void shouldKeepWhatAClientMaySend() {
    assertThat(fill(receiver(), 2 * MOST_PIECES)).isEqualTo(MOST_PIECES);
    assertThat(leftPieces()).isEqualTo(BUDGET_PIECES - MOST_PIECES);
  }

  @Test
  void shouldKeepNoMoreThanTheBudgetInSum() {
    assertThat(fill(receiver(), MOST_PIECES)).isEqualTo(MOST_PIECES);
    assertThat(fill(receiver(), MOST_PIECES)).isEqualTo(MOST_PIECES);
    assertThat(fill(receiver(), MOST_PIECES)).isEqualTo(BUDGET_PIECES - 2 * MOST_PIECES);
    assertThat(fill(receiver(), 1)).isZero();
    assertThat(leftPieces()).isZero();
  }

  @Test
  void shouldGiveItBackWhateverComesOfTheOpening() {
    FileReceiver opened = receiver();
    FileReceiver failed = receiver();
    FileReceiver ended = receiver();
    fill(opened, 30);
    fill(failed, 30);
    fill(ended, 30);
    assertThat(leftPieces()).isEqualTo(10);

    Part part = new Part();
    openings.get(0).opened(part, 1);
    assertThat(part.writtenBytes).isEqualTo(30 * PIECE_BYTES);
    assertThat(leftPieces()).isEqualTo(40);
    openings.get(1).failed(new StorageException(RefusalReason.NO_SPACE, "full"), 1);
    assertThat(leftPieces()).isEqualTo(70);
    ended.end(new TransferFailure.Stopped(), 1);
    assertThat(leftPieces()).isEqualTo(BUDGET_PIECES);
    opened.end(new TransferFailure.Stopped(), 1);
    assertThat(leftPieces()).isEqualTo(BUDGET_PIECES);
  }

  private static final class Part implements PartialFile {
    private long writtenBytes;

    @Override
    public List<ByteRange> present() {
      return List.of();
    }

    @Override
    public void write(long offset, ByteBuffer src) {
      writtenBytes += src.remaining();
    }

    @Override
    public long backlogBytes() {
      return 0;
    }

    @Override
    public void publish(ContentCheck expected, PublicationListener listener) {}

    @Override
    public void keep() {}

    @Override
    public void discard() {}
  }
}

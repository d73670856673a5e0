package dev.ferry.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.ConnectionStats;
import dev.ferry.protocol.connection.ControlFrameQueue;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a server keeps while part files are being opened: bounded for each, and in sum. */
class EarlyContentTest {
  private static final int PIECE_BYTES = 1_440;
  private static final int MOST_PIECES = 40;
  private static final int BUDGET_PIECES = 100;

  private final EarlyBudget budget = new EarlyBudget((long) BUDGET_PIECES * PIECE_BYTES);
  private final List<PartialFileStore.Listener> openings = new ArrayList<>();
  private final PartialFileStore slowStore = (file, listener) -> openings.add(listener);

  private FileReceiver receiver() {
    FileAttributes file = new FileAttributes(1_000_000, 1, 0);
    Bytes id = Bytes.copyOf(new byte[Open.TRANSFER_BYTES]);
    Open open = new Open(Frame.FIRST_FILE, Operation.PUT, false, true, id, file, "name");
    return FileReceiver.put(new Context(), open, slowStore, budget, 0);
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
    return (int) (budget.leftBytes() / PIECE_BYTES);
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
    assertThat(budget.leftBytes()).isZero();
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

  private static final class Context implements TransferContext {
    private final ControlFrameQueue frames = new ControlFrameQueue();
    private final ConnectionStats stats = new ConnectionStats();

    @Override
    public ControlFrameQueue frames() {
      return frames;
    }

    @Override
    public ConnectionStats stats() {
      return stats;
    }

    @Override
    public ConnectionSnapshot snapshot(long nowNs) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int firstPacketBytes() {
      return 1_472;
    }

    @Override
    public int earlyPackets() {
      return MOST_PIECES;
    }

    @Override
    public int maxPieces() {
      return 1_000;
    }

    @Override
    public void close(Close close, long nowNs) {}
  }

  private static final class Part implements PartialFile {
    private long writtenBytes;

    @Override
    public List<ByteRange> verified() {
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
    public void publish(byte[] sha256, PublicationListener listener) {}

    @Override
    public void keep() {}

    @Override
    public void discard() {}
  }
}

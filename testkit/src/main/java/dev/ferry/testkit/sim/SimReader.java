package dev.ferry.testkit.sim;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.RangeSet;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Who reads a file in order while it arrives, as much as a test says, on a host that receives it.
 * Content waits in a bounded memory; more than that is an {@link IllegalStateException}.
 */
public final class SimReader implements PartialFileStore {
  private static final int MOST_BYTES = 64 << 20;

  private final Host host;
  private final int capacityBytes;
  private final RangeSet received = new RangeSet(MAX_RANGES);
  private byte[] content = {};
  private long allowedBytes;
  private Listener listener;
  private ContentCheck expected;
  private PublicationListener publication;
  private boolean published;
  private boolean discarded;

  /** A reader that reads nothing yet. */
  public SimReader(Host host, int capacityBytes) {
    this.host = host;
    this.capacityBytes = capacityBytes;
  }

  /** It reads so much more, when it is there. */
  public void read(long bytes) {
    allowedBytes = Math.min(MOST_BYTES, allowedBytes + bytes);
    host.execute(this::tell);
  }

  /** It reads nothing any more. */
  public void leave() {
    StorageException gone = new StorageException(RefusalReason.IO_ERROR, "nobody reads");
    host.execute(nowNs -> listener.failed(gone, nowNs));
  }

  /** What it has read. */
  public byte[] content() {
    return Arrays.copyOf(content, (int) readBytes());
  }

  /** How much it has read. */
  public long readBytes() {
    return Math.min(allowedBytes, received.firstGap(0));
  }

  /** How much has arrived. */
  public long receivedBytes() {
    return received.totalBytes();
  }

  /** Whether all was read, and is as it was sent. */
  public boolean isPublished() {
    return published;
  }

  /** Whether it was given up. */
  public boolean isDiscarded() {
    return discarded;
  }

  @Override
  public void receive(ReceiveRequest file, Listener newListener) {
    listener = newListener;
    host.execute(nowNs -> listener.opened(new Part(), nowNs));
  }

  private void tell(long nowNs) {
    if (publication != null) {
      publishIfRead(nowNs);
    } else if (listener != null && !discarded) {
      listener.caughtUp(nowNs);
    }
  }

  private void publishIfRead(long nowNs) {
    if (!published && readBytes() == content.length) {
      published = true;
      if (expected.isOf(content)) {
        publication.published(expected.sha256Hex(), nowNs);
      } else {
        publication.failed(new StorageException(RefusalReason.DIGEST_DIFFERS, "differs"), nowNs);
      }
    }
  }

  private final class Part implements PartialFile {
    @Override
    public List<ByteRange> present() {
      return List.of();
    }

    @Override
    public void write(long offset, ByteBuffer src) {
      long end = offset + src.remaining();
      if (end > readBytes() + capacityBytes) {
        throw new IllegalStateException("more than there is room for");
      }
      content = Arrays.copyOf(content, (int) Math.max(end, content.length));
      src.get(content, (int) offset, src.remaining());
      received.add(offset, end);
      host.execute(SimReader.this::tell);
    }

    @Override
    public long roomBytes() {
      return capacityBytes - (received.totalBytes() - readBytes());
    }

    @Override
    public long backlogBytes() {
      return 0;
    }

    @Override
    public void publish(ContentCheck check, PublicationListener newPublication) {
      expected = check;
      publication = newPublication;
      host.execute(SimReader.this::tell);
    }

    @Override
    public void keep() {
      discarded = true;
    }

    @Override
    public void discard() {
      discarded = true;
    }
  }
}

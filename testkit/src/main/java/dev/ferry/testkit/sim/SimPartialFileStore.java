package dev.ferry.testkit.sim;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.RangeSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Part files in memory that survive the engine's death, block by block. Opening, comparing what was
 * there, and publishing take some virtual time. Any use that the interfaces do not allow is an
 * {@link IllegalStateException}, which ends the simulation.
 */
public final class SimPartialFileStore implements PartialFileStore {
  /** What a journal records: the content of whole blocks only. */
  public static final int BLOCK_BYTES = 4096;

  private static final int MAX_RANGES = 1 << 20;

  private final Host host;
  private final long openNs;
  private final long publicationNs;
  private final Map<Bytes, Part> parts = new HashMap<>();
  private final Map<String, List<byte[]>> publications = new LinkedHashMap<>();
  private final List<Listener> listeners = new ArrayList<>();
  private long comparisonNs;
  private RefusalReason refusal;
  private RefusalReason writeFailure;
  private long backlogBytes;
  private int openParts;
  private long overlappingBytes;
  private long copiedBytes;

  /** A store for the engine that runs on a host. */
  public SimPartialFileStore(Host host, long openNs, long publicationNs) {
    this.host = host;
    this.openNs = openNs;
    this.comparisonNs = openNs;
    this.publicationNs = publicationNs;
  }

  /** From now on it takes so long to compare what was there. */
  public void compareFor(long ns) {
    comparisonNs = ns;
  }

  /** From now on nothing is opened. */
  public void refuse(RefusalReason reason) {
    refusal = reason;
  }

  /** From now on nothing can be written. */
  public void failWrites(RefusalReason reason) {
    writeFailure = reason;
  }

  /** From now on the disk says that it is so far behind. */
  public void stall(long bytes) {
    backlogBytes = bytes;
  }

  /** The disk is no longer behind. */
  public void catchUp() {
    backlogBytes = 0;
    host.execute(nowNs -> List.copyOf(listeners).forEach(listener -> listener.caughtUp(nowNs)));
  }

  /** Everything that was ever published under a name. */
  public List<byte[]> allPublished(String name) {
    return Collections.unmodifiableList(publications.getOrDefault(name, List.of()));
  }

  /** All names in the order of their first publication. */
  public Set<String> names() {
    return Collections.unmodifiableSet(publications.keySet());
  }

  /** How often anything was published. */
  public int publications() {
    return publications.values().stream().mapToInt(List::size).sum();
  }

  /** The content under a name; null if there is none. */
  public byte[] published(String name) {
    List<byte[]> all = publications.get(name);
    return all == null ? null : all.get(all.size() - 1);
  }

  /** How often anything was published under a name. */
  public int publications(String name) {
    return publications.getOrDefault(name, List.of()).size();
  }

  /** How many part files are in use. */
  public int openParts() {
    return openParts;
  }

  /** How many part files wait to be resumed. */
  public int keptParts() {
    return (int) parts.values().stream().filter(part -> part.ended).count();
  }

  /** How many bytes were written that had been there before. */
  public long overlappingBytes() {
    return overlappingBytes;
  }

  /** How many bytes were taken from older files, or are zeros that were not written. */
  public long copiedBytes() {
    return copiedBytes;
  }

  /** There is a file of that name, as if it had been published. */
  public void place(String name, byte[] content) {
    publications.computeIfAbsent(name, n -> new ArrayList<>()).add(content.clone());
  }

  /** What is stored of a transfer, in bytes. */
  public long storedBytes(Bytes transfer) {
    Part part = parts.get(transfer);
    return part == null ? 0 : part.written.totalBytes();
  }

  /** What would survive of a transfer if it were interrupted now, in bytes. */
  public long survivingBytes(Bytes transfer) {
    Part part = parts.get(transfer);
    return part == null ? 0 : part.wholeBlocks().totalBytes();
  }

  /** The process is killed: what is in whole blocks survives. */
  public void crash() {
    parts.values().forEach(Part::crash);
    listeners.clear();
    openParts = 0;
  }

  /** Changes a byte of a kept part file; the next attempt is to notice. */
  public void flip(Bytes transfer, int offset) {
    parts.get(transfer).flipped.add(offset);
  }

  @Override
  public void receive(ReceiveRequest file, Listener listener) {
    host.executeAfter(
        openNs,
        nowNs -> {
          if (refusal != null) {
            listener.failed(new StorageException(refusal, "refused on command"), nowNs);
          } else {
            listeners.add(listener);
            Part part = take(file);
            listener.opened(part, nowNs);
            if (!part.present.isEmpty()) {
              host.executeAfter(comparisonNs, comparedNs -> part.compared(listener, comparedNs));
            }
          }
        });
  }

  private Part take(ReceiveRequest file) {
    Part kept = parts.get(file.transfer());
    openParts++;
    if (kept != null
        && kept.ended
        && kept.file.name().equals(file.name())
        && kept.file.attributes().equals(file.attributes())) {
      Part again = new Part(file, kept.content, kept.written);
      kept.flipped.forEach(again::damage);
      again.present = again.written.ranges();
      parts.put(file.transfer(), again);
      return again;
    }
    int sizeBytes = Math.toIntExact(Math.max(0, file.attributes().sizeBytes()));
    Part fresh = new Part(file, new byte[sizeBytes], new RangeSet(MAX_RANGES));
    parts.put(file.transfer(), fresh);
    return fresh;
  }

  private final class Part implements PartialFile {
    private final ReceiveRequest file;
    private byte[] content;
    private final RangeSet written;
    private final List<Integer> flipped = new ArrayList<>();
    private final RangeSet damaged = new RangeSet(MAX_RANGES);
    private List<ByteRange> present = List.of();
    private boolean ended;
    private boolean endKnown;

    Part(ReceiveRequest file, byte[] content, RangeSet written) {
      this.file = file;
      this.content = content;
      this.written = written;
    }

    void damage(int offset) {
      content[offset] ^= 1;
      long start = offset / BLOCK_BYTES * (long) BLOCK_BYTES;
      long end = Math.min(start + BLOCK_BYTES, content.length);
      if (written.containsAll(start, end)) {
        damaged.add(start, end);
      }
    }

    void compared(Listener listener, long nowNs) {
      if (!ended) {
        damaged.ranges().forEach(range -> written.remove(range.start(), range.end()));
        listener.compared(damaged.ranges(), nowNs);
      }
    }

    void crash() {
      if (!ended) {
        keepWholeBlocks();
      }
    }

    private void keepWholeBlocks() {
      ended = true;
      RangeSet whole = wholeBlocks();
      written.clear();
      for (int i = 0; i < whole.rangeCount(); i++) {
        written.add(whole.start(i), whole.end(i));
      }
    }

    private RangeSet wholeBlocks() {
      RangeSet whole = new RangeSet(MAX_RANGES);
      for (long start = 0; start < content.length; start += BLOCK_BYTES) {
        long end = Math.min(content.length, start + BLOCK_BYTES);
        if (written.containsAll(start, end)) {
          whole.add(start, end);
        }
      }
      return whole;
    }

    @Override
    public List<ByteRange> present() {
      return present;
    }

    @Override
    public void write(long offset, ByteBuffer src) throws StorageException {
      require(!ended, "written to after its end");
      if (writeFailure != null) {
        throw new StorageException(writeFailure, "failed on command");
      }
      int length = src.remaining();
      if (!file.attributes().isSizeKnown() && offset + length > content.length) {
        require(!endKnown, "written to beyond its end");
        content = Arrays.copyOf(content, Math.toIntExact(offset + length));
      }
      src.get(content, Math.toIntExact(offset), length);
      overlappingBytes += length - written.add(offset, offset + length);
    }

    @Override
    public void zero(ByteRange range) {
      fill(range, new byte[content.length]);
    }

    @Override
    public void copy(ByteRange range) throws StorageException {
      byte[] older = published(file.name());
      if (older == null || older.length < range.end()) {
        throw new StorageException(RefusalReason.DIGEST_DIFFERS, "no older file");
      }
      fill(range, older);
    }

    private void fill(ByteRange range, byte[] older) {
      require(!ended, "copied to after its end");
      for (long at = written.firstGap(range.start()); at < range.end(); at = written.firstGap(at)) {
        long next = written.nextStart(at);
        long to = next == RangeSet.NONE ? range.end() : Math.min(next, range.end());
        System.arraycopy(older, (int) at, content, (int) at, (int) (to - at));
        written.add(at, to);
        copiedBytes += to - at;
      }
    }

    @Override
    public void endsAt(long sizeBytes) {
      require(!file.attributes().isSizeKnown() && !endKnown, "ends twice");
      require(sizeBytes >= content.length, "ends before what is there");
      endKnown = true;
      content = Arrays.copyOf(content, Math.toIntExact(sizeBytes));
    }

    @Override
    public long backlogBytes() {
      return backlogBytes;
    }

    @Override
    public void publish(ContentCheck expected, PublicationListener listener) {
      end();
      require(file.attributes().isSizeKnown() || endKnown, "published without an end");
      require(written.containsAll(0, content.length), "published before it is complete");
      byte[] complete = content.clone();
      host.executeAfter(
          publicationNs,
          nowNs -> {
            parts.remove(file.transfer(), this);
            if (expected.isOf(complete)) {
              publications.computeIfAbsent(file.name(), n -> new ArrayList<>()).add(complete);
              listener.published(expected.sha256Hex(), nowNs);
            } else {
              listener.failed(
                  new StorageException(RefusalReason.DIGEST_DIFFERS, "digest differs"), nowNs);
            }
          });
    }

    @Override
    public void keep() {
      end();
      keepWholeBlocks();
    }

    @Override
    public void discard() {
      end();
      parts.remove(file.transfer(), this);
    }

    private void end() {
      require(!ended, "ended twice");
      ended = true;
      openParts--;
    }

    private void require(boolean condition, String complaint) {
      if (!condition) {
        throw new IllegalStateException(file.name() + ": " + complaint);
      }
    }
  }
}

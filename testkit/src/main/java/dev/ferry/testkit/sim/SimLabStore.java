package dev.ferry.testkit.sim;

import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.util.Sha256;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A lab store in memory. A publication takes some virtual time: half-way its content is visible, in
 * the end it is durable, and only then reported. Any use that the interfaces do not allow is an
 * {@link IllegalStateException}, which ends the simulation.
 */
public final class SimLabStore implements LabStore {
  private final Host host;
  private final long publicationNs;
  private final Map<String, List<byte[]>> publications = new LinkedHashMap<>();
  private final Set<Part> parts = new LinkedHashSet<>();
  private final Set<Part> notDurable = new LinkedHashSet<>();
  private int opened;
  private int inventedNames;

  /**
   * A store for the engine that will run on a host.
   *
   * @param publicationNs how long a publication takes
   */
  public SimLabStore(Host host, long publicationNs) {
    this.host = host;
    this.publicationNs = publicationNs;
  }

  /** The content under a name; null if there is none. */
  public byte[] published(String name) {
    List<byte[]> all = publications.get(name);
    return all == null ? null : all.get(all.size() - 1);
  }

  /** What was ever published under a name, in that order. */
  public List<byte[]> allPublished(String name) {
    return Collections.unmodifiableList(publications.getOrDefault(name, List.of()));
  }

  /** How often anything was published under a name. */
  public int publications(String name) {
    return publications.getOrDefault(name, List.of()).size();
  }

  /** How often anything was published. */
  public int publications() {
    return publications.values().stream().mapToInt(List::size).sum();
  }

  /** All names in the order of their first publication. */
  public List<String> names() {
    return List.copyOf(publications.keySet());
  }

  /** How many part files there are now. */
  public int openParts() {
    return parts.size();
  }

  /** How much was stored under a name: the most that was published, or is in a part file. */
  public long storedBytes(String name) {
    long storedBytes = 0;
    for (byte[] whole : allPublished(name)) {
      storedBytes = Math.max(storedBytes, whole.length);
    }
    for (Part part : parts) {
      if (part.name.equals(name)) {
        storedBytes = Math.max(storedBytes, part.content.size());
      }
    }
    return storedBytes;
  }

  /**
   * The machine fails: part files are lost, and of what is visible but not yet durable each
   * publication survives or not.
   */
  public void crash(SplittableRandom random) {
    parts.clear();
    for (Part part : notDurable) {
      if (random.nextBoolean()) {
        publications.get(part.name).remove(part.complete);
      }
    }
    notDurable.clear();
    publications.values().removeIf(List::isEmpty);
  }

  /** How many part files there have ever been. */
  public int opened() {
    return opened;
  }

  @Override
  public RefusalReason check(String name, long sizeBytes) {
    return null;
  }

  @Override
  public String inventName(String extension) {
    return "invented-" + ++inventedNames + "." + extension;
  }

  @Override
  public IncomingFile create(String name, long sizeBytes) {
    opened++;
    Part part = new Part(name, sizeBytes);
    parts.add(part);
    return part;
  }

  @Override
  public IncomingFile createEmpty(String name) {
    byte[] existing = published(name);
    return existing != null && existing.length > 0 ? null : create(name, 0);
  }

  private final class Part implements IncomingFile {
    private final String name;
    private final long sizeBytes;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private boolean ended;
    private byte[] complete;

    Part(String name, long sizeBytes) {
      this.name = name;
      this.sizeBytes = sizeBytes;
    }

    @Override
    public void write(long offset, ByteBuffer src) {
      require(!ended, "written to after its end");
      require(offset == content.size(), "content that is not the next");
      require(offset + src.remaining() <= sizeBytes, "more content than declared");
      byte[] bytes = new byte[src.remaining()];
      src.get(bytes);
      content.writeBytes(bytes);
    }

    @Override
    public void publish(PublicationListener listener) {
      require(content.size() == sizeBytes, "published before it is complete");
      require(!ended, "ended twice");
      ended = true;
      complete = content.toByteArray();
      host.executeAfter(
          publicationNs / 2,
          nowNs -> {
            parts.remove(this);
            notDurable.add(this);
            publications.computeIfAbsent(name, n -> new ArrayList<>()).add(complete);
          });
      host.executeAfter(
          publicationNs,
          nowNs -> {
            notDurable.remove(this);
            listener.published(HexFormat.of().formatHex(Sha256.of(complete)), nowNs);
          });
    }

    @Override
    public void discard() {
      require(!ended, "ended twice");
      ended = true;
      parts.remove(this);
    }

    private void require(boolean condition, String complaint) {
      if (!condition) {
        throw new IllegalStateException(name + ": " + complaint);
      }
    }
  }
}

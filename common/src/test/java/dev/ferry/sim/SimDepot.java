package dev.ferry.sim;

import dev.ferry.engine.ContentSink;
import dev.ferry.engine.Depot;
import dev.ferry.wire.RefusalReason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A depot in memory. A publication takes some virtual time. Any use that the ports do not allow is
 * an {@link IllegalStateException}, which ends the simulation.
 */
public final class SimDepot implements Depot {
  private final Host host;
  private final long publicationNs;
  private final Map<String, List<byte[]>> publications = new LinkedHashMap<>();
  private int openParts;
  private int opened;
  private int inventedNames;

  /**
   * A depot for the engine that will run on a host.
   *
   * @param publicationNs how long a publication takes
   */
  public SimDepot(Host host, long publicationNs) {
    this.host = host;
    this.publicationNs = publicationNs;
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
    return openParts;
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
  public ContentSink open(String name, long sizeBytes) {
    opened++;
    openParts++;
    return new Part(name, sizeBytes);
  }

  private final class Part implements ContentSink {
    private final String name;
    private final long sizeBytes;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private boolean ended;

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
      end();
      byte[] complete = content.toByteArray();
      openParts++; // It stays until it is renamed.
      host.executeAfter(
          publicationNs,
          nowNs -> {
            openParts--;
            publications.computeIfAbsent(name, n -> new ArrayList<>()).add(complete);
            listener.published(sha256Hex(complete), nowNs);
          });
    }

    @Override
    public void discard() {
      end();
    }

    private void end() {
      require(!ended, "ended twice");
      ended = true;
      openParts--;
    }

    private void require(boolean condition, String complaint) {
      if (!condition) {
        throw new IllegalStateException(name + ": " + complaint);
      }
    }
  }

  private static String sha256Hex(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

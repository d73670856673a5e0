package dev.ferry.protocol;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory. Publications end when the test says so, and every step fails on command. It is
 * strict: a sink that is used after its end, ended twice, written out of order or beyond its
 * declared size, or published before it is complete, throws {@link IllegalStateException}.
 */
public final class MemoryLabStore implements LabStore {
  /** The steps that can be made to fail. */
  public enum Step {
    OPEN,
    WRITE,
    PUBLISH
  }

  private final Map<String, byte[]> published = new TreeMap<>();
  private final Map<Step, RefusalReason> failures = new TreeMap<>();
  private final Queue<MemorySink> publishing = new ArrayDeque<>();
  private final List<MemorySink> sinks = new ArrayList<>();
  private @Nullable RefusalReason turnsDown;
  private int publications;
  private int discards;
  private int inventedNames;

  /** From now on every start is turned down, or none if the reason is null. */
  public void turnDown(@Nullable RefusalReason reason) {
    turnsDown = reason;
  }

  /** The step fails whenever it comes, until {@link #repair}. */
  public void fail(Step step, RefusalReason reason) {
    failures.put(step, reason);
  }

  /** Nothing fails any more. */
  public void repair() {
    failures.clear();
  }

  /** How many publications have been asked for and have not ended. */
  public int pendingPublications() {
    return publishing.size();
  }

  /** Ends the oldest publication that is under way. */
  public void finishPublication(long nowNs) {
    publishing.remove().finish(nowNs);
  }

  /** Ends all publications that are under way, in order, and those that begin meanwhile. */
  public void finishPublications(long nowNs) {
    while (!publishing.isEmpty()) {
      finishPublication(nowNs);
    }
  }

  /** What is published under the name, or null. */
  public byte @Nullable [] content(String name) {
    byte[] content = published.get(name);
    return content == null ? null : content.clone();
  }

  /** The names of all published files, sorted. */
  public List<String> names() {
    return List.copyOf(published.keySet());
  }

  /** How many sinks were ever opened. */
  public int opened() {
    return sinks.size();
  }

  /** How many sinks are open: neither published nor discarded nor failed to be published. */
  public int openSinks() {
    return opened() - publications - discards;
  }

  /** How many sinks ended in a publication that succeeded or failed. */
  public int publications() {
    return publications;
  }

  /** How many sinks were discarded. */
  public int discards() {
    return discards;
  }

  @Override
  public @Nullable RefusalReason check(String name, long sizeBytes) {
    return turnsDown;
  }

  @Override
  public String inventName(String extension) {
    return "invented-" + ++inventedNames + "." + extension;
  }

  @Override
  public IncomingFile create(String name, long sizeBytes) throws StorageException {
    failIfAsked(Step.OPEN);
    MemorySink sink = new MemorySink(name, sizeBytes);
    sinks.add(sink);
    return sink;
  }

  @Override
  public @Nullable IncomingFile createEmpty(String name) throws StorageException {
    byte[] existing = published.get(name);
    return existing != null && existing.length > 0 ? null : create(name, 0);
  }

  private void failIfAsked(Step step) throws StorageException {
    RefusalReason reason = failures.get(step);
    if (reason != null) {
      throw new StorageException(reason, step + " fails on command");
    }
  }

  /** SHA-256 in the form of {@link IncomingFile.PublicationListener#published}. */
  public static String sha256Hex(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalStateException(otherwise);
    }
  }

  private final class MemorySink implements IncomingFile {
    private final String name;
    private final long sizeBytes;
    private byte[] content = new byte[0];
    private boolean ended;
    private boolean broken;
    private @Nullable PublicationListener listener;

    MemorySink(String name, long sizeBytes) {
      this.name = name;
      this.sizeBytes = sizeBytes;
    }

    @Override
    public void write(long offset, ByteBuffer src) throws StorageException {
      require(!ended && !broken, "written after its end or a failure");
      require(offset == content.length, "written out of order");
      require(src.remaining() <= sizeBytes - offset, "written beyond its size");
      broken = failures.containsKey(Step.WRITE);
      failIfAsked(Step.WRITE);
      byte[] longer = Arrays.copyOf(content, content.length + src.remaining());
      src.get(longer, content.length, src.remaining());
      content = longer;
    }

    @Override
    public void publish(PublicationListener toBeTold) {
      require(!ended && !broken, "published after its end or a failure");
      require(content.length == sizeBytes, "published before it was complete");
      ended = true;
      listener = toBeTold;
      publishing.add(this);
    }

    @Override
    public void discard() {
      require(!ended, "ended twice");
      ended = true;
      discards++;
    }

    private void finish(long nowNs) {
      PublicationListener toBeTold = listener;
      require(toBeTold != null, "finished before it was published");
      publications++;
      try {
        failIfAsked(Step.PUBLISH);
        published.put(name, content);
        toBeTold.published(sha256Hex(content), nowNs);
      } catch (StorageException e) {
        toBeTold.failed(e, nowNs);
      }
    }
  }
}

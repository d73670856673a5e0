package dev.ferry.testkit.sim;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.util.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file in memory that is sent from a host, whose digest takes some virtual time. */
public final class SimSourceFile implements SourceFile {
  private static final int MODE = 0b110_100_100;

  private final Host host;
  private final byte[] content;
  private final FileAttributes attributes;
  private final long digestNs;
  private IOException failure;
  private boolean released;
  private boolean digested;
  private boolean withSums;

  /** A file that was last changed at a given time. */
  public SimSourceFile(Host host, byte[] content, long modifiedNs, long digestNs) {
    this.host = host;
    this.content = content.clone();
    this.attributes = new FileAttributes(content.length, modifiedNs, MODE);
    this.digestNs = digestNs;
  }

  /** The digest of some content. */
  public static byte[] sha256(byte[] content) {
    return Sha256.of(content);
  }

  /** Replaces the content by another of the same size, unnoticed so far. */
  public void replace(byte[] changed) {
    System.arraycopy(changed, 0, content, 0, content.length);
  }

  /** From now on it cannot be read. */
  public void fail(IOException cause) {
    failure = cause;
  }

  /** Whether it has been closed. */
  public boolean isReleased() {
    return released;
  }

  @Override
  public long sizeBytes() {
    return content.length;
  }

  @Override
  public FileAttributes attributes() {
    return attributes;
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    if (released) {
      throw new IllegalStateException("read after its end");
    }
    if (failure != null) {
      throw failure;
    }
    dst.put(content, Math.toIntExact(offset), dst.remaining());
  }

  @Override
  public void useBlockSums() {
    withSums = true;
  }

  @Override
  public void digest(DigestListener listener) {
    if (digested || released) {
      throw new IllegalStateException("a digest twice, or after the end");
    }
    digested = true;
    host.executeAfter(
        digestNs,
        nowNs -> {
          if (!released && failure != null) {
            listener.failed(failure, nowNs);
          } else if (!released) {
            listener.digested(check(), nowNs);
          }
        });
  }

  /** With sums, the digest is left out. */
  private ContentCheck check() {
    return withSums
        ? new ContentCheck(null, BlockSums.ofAll(content))
        : ContentCheck.bySha256(sha256(content));
  }

  @Override
  public void release() {
    released = true;
  }
}

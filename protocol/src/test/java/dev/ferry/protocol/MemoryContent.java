package dev.ferry.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Content in memory that fails to be read on command, and counts how often it is read. */
public final class MemoryContent implements FileContent {
  private final byte[] content;
  private @Nullable IOException failure;
  private int reads;

  /** Takes the content over. */
  public MemoryContent(byte[] content) {
    this.content = content;
  }

  /** From now on every read fails like this. */
  public void fail(IOException cause) {
    failure = cause;
  }

  /** How often content was asked for. */
  public int reads() {
    return reads;
  }

  @Override
  public long sizeBytes() {
    return content.length;
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    reads++;
    if (failure != null) {
      throw failure;
    }
    dst.put(content, Math.toIntExact(offset), dst.remaining());
  }
}

package dev.ferry.testkit.sim;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ferry.protocol.FileContent;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Files to be sent. */
public final class Content {
  private Content() {}

  /** Bytes that look random and depend on the seed only. */
  public static byte[] random(long seed, int sizeBytes) {
    byte[] bytes = new byte[sizeBytes];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  /** Nothing but delimiters of both dialects. */
  public static byte[] delimiters(int sizeBytes) {
    byte[] pattern = "d | 1 | a|2||".getBytes(US_ASCII);
    byte[] bytes = new byte[sizeBytes];
    for (int i = 0; i < sizeBytes; i++) {
      bytes[i] = pattern[i % pattern.length];
    }
    return bytes;
  }

  /** Content as an engine reads it. */
  public static FileContent source(byte[] bytes) {
    return new FileContent() {
      @Override
      public long sizeBytes() {
        return bytes.length;
      }

      @Override
      public void read(long offset, ByteBuffer dst) {
        dst.put(bytes, Math.toIntExact(offset), dst.remaining());
      }
    };
  }
}

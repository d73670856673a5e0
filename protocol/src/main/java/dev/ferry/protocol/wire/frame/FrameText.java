package dev.ferry.protocol.wire.frame;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Text in frames. */
public final class FrameText {
  /** The longest text of reject and close, in bytes of UTF-8. */
  public static final int MAX_BYTES = 255;

  private FrameText() {}

  /**
   * As much of a text as a frame takes: cut at {@value #MAX_BYTES} bytes, between two characters,
   * with a question mark for each half of a surrogate pair.
   */
  public static String clip(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    int end = Math.min(bytes.length, MAX_BYTES);
    if (end < bytes.length) {
      while (isContinuation(bytes[end])) {
        end--;
      }
    }
    return new String(bytes, 0, end, UTF_8);
  }

  private static boolean isContinuation(byte b) {
    return (b & 0xc0) == 0x80;
  }

  /**
   * A text as UTF-8.
   *
   * @throws IllegalArgumentException if it is longer than {@code maxBytes}, or has half of a
   *     surrogate pair
   */
  static String checked(String text, int maxBytes) {
    if (!UTF_8.newEncoder().canEncode(text) || text.getBytes(UTF_8).length > maxBytes) {
      throw new IllegalArgumentException("no UTF-8 of up to " + maxBytes + " bytes");
    }
    return text;
  }
}

package dev.ferry.examples.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.cli.Escaper;
import java.nio.ByteBuffer;

/** Makes bytes from a connection fit for a terminal. */
public final class Shown {
  private static final int MAX_BYTES = 120;

  private Shown() {}

  /** The length and the first characters. */
  public static String of(ByteBuffer bytes) {
    int length = bytes.remaining();
    ByteBuffer start = bytes.slice(bytes.position(), Math.min(length, MAX_BYTES));
    String text = Escaper.escape(UTF_8.decode(start).toString());
    return length + " bytes '" + text + "'" + (length > MAX_BYTES ? "..." : "");
  }
}

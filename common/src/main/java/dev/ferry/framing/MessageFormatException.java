package dev.ferry.framing;

import java.io.IOException;
import java.util.HexFormat;

/**
 * A stream is not a sequence of messages; the text says what stands there instead. There is no
 * stack trace, because a peer could make us collect any number of them.
 */
public final class MessageFormatException extends IOException {
  private static final long serialVersionUID = 1;

  MessageFormatException(String message) {
    super(message);
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  /** A byte that is not allowed where it stands. */
  static MessageFormatException misplaced(byte b, String where) {
    return new MessageFormatException("the byte 0x" + HexFormat.of().toHexDigits(b) + " " + where);
  }

  /** A frame that is too long. */
  static MessageFormatException tooLong(long bytes, int maxBytes) {
    return new MessageFormatException(
        "a frame of " + bytes + " bytes; at most " + maxBytes + " are taken");
  }
}

package dev.ferry.framing;

/**
 * Messages that end with a delimiter. So that content may contain anything, the sender puts an
 * escape before each escape and before each first byte of the delimiter in it. With the delimiter
 * {@code ;;} and the escape {@code \} the message {@code a;;b\;} becomes {@code a\;\;b\\\;;;}.
 *
 * <p>Escaping the first byte, wherever it stands, covers every delimiter in the content, and more:
 * content that ends as the delimiter begins would otherwise run together with it, and the receiver
 * of {@code ;;;} could not tell whether the message is empty or a semicolon. As it is, a first byte
 * without an escape is the beginning of the delimiter, whatever follows and however it is split.
 *
 * <p>Immutable.
 */
public final class DelimiterFraming {
  /** Lines of text: a newline, escaped by a backslash. */
  public static final DelimiterFraming LINES = new DelimiterFraming(new byte[] {'\n'}, (byte) '\\');

  private final byte[] delimiter;
  private final byte escape;

  /**
   * Chooses a delimiter.
   *
   * @param delimiter one byte or more
   * @param escape none of the delimiter's bytes
   */
  public DelimiterFraming(byte[] delimiter, byte escape) {
    if (delimiter.length == 0) {
      throw new IllegalArgumentException("an empty delimiter");
    }
    for (byte b : delimiter) {
      if (b == escape) {
        throw new IllegalArgumentException("the escape is part of the delimiter");
      }
    }
    this.delimiter = delimiter.clone();
    this.escape = escape;
  }

  /**
   * A decoder for a new stream.
   *
   * @param maxLength of a message without its escapes, in bytes
   */
  public MessageDecoder decoder(int maxLength) {
    return new DelimiterDecoder(this, maxLength);
  }

  /** An encoder for any number of streams. */
  public MessageEncoder encoder() {
    return new DelimiterEncoder(this);
  }

  /** The delimiter's length in bytes. */
  int length() {
    return delimiter.length;
  }

  /** One byte of the delimiter. */
  byte at(int index) {
    return delimiter[index];
  }

  boolean isEscape(byte b) {
    return b == escape;
  }

  /** Whether the delimiter begins so. */
  boolean isFirst(byte b) {
    return b == delimiter[0];
  }

  byte escape() {
    return escape;
  }
}

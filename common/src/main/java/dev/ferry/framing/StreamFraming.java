package dev.ferry.framing;

import org.jspecify.annotations.Nullable;

/** The framings in which Ferry's packets travel over a stream. */
public enum StreamFraming {
  /** Four bytes of length, content. */
  LENGTH,
  /** The byte 0x72, two bytes of length, content of up to 65535 bytes. */
  TLV,
  /** Content, a newline; backslashes and newlines in the content are escaped. */
  DELIMITER;

  /**
   * A decoder for a new stream. Anything else than a frame is an error; see {@link
   * TlvDecoder#resynchronising} for another way.
   *
   * @param maxLength of a message, in bytes
   */
  public MessageDecoder decoder(int maxLength) {
    return switch (this) {
      case LENGTH -> new LengthDecoder(maxLength);
      case TLV -> TlvDecoder.strict(maxLength);
      case DELIMITER -> DelimiterFraming.LINES.decoder(maxLength);
    };
  }

  /** An encoder for any number of streams. */
  public MessageEncoder encoder() {
    return switch (this) {
      case LENGTH -> new LengthEncoder();
      case TLV -> new TlvEncoder();
      case DELIMITER -> DelimiterFraming.LINES.encoder();
    };
  }

  /**
   * Tells the framing of a stream by its first byte, provided that the first message is of less
   * than 2^24 bytes and that its own first byte has the highest bit set, as in all of Ferry's
   * packets. Then a length begins with 0, and a delimited frame with that first byte, which needs
   * no escape.
   *
   * @return null if no such stream begins so
   */
  public static @Nullable StreamFraming recognise(byte first) {
    if (first == 0) {
      return LENGTH;
    } else if (first == TlvDecoder.MARKER) {
      return TLV;
    } else if (first < 0) {
      return DELIMITER;
    }
    return null;
  }
}

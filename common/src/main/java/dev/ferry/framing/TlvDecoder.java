package dev.ferry.framing;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds messages that are preceded by a marker, the byte 0x72, and their length: two bytes,
 * big-endian and unsigned. A wrong marker is an error, or costs the rest of the piece in which it
 * came.
 */
public final class TlvDecoder extends HeaderedDecoder {
  static final byte MARKER = 0x72;
  static final int MAX_CONTENT_BYTES = 0xffff;
  static final int HEADER_BYTES = 1 + Short.BYTES;

  private final @Nullable DropListener dropListener;

  private TlvDecoder(int maxLength, @Nullable DropListener dropListener) {
    super(HEADER_BYTES, maxLength);
    this.dropListener = dropListener;
  }

  /** Is told what the decoder did not understand. */
  @FunctionalInterface
  public interface DropListener {
    /**
     * The rest of a piece was dropped; called once for each such piece.
     *
     * @param wrongMarker what stood where a marker belongs
     * @param bytes how many were dropped, that one included; at least 1
     */
    void dropped(byte wrongMarker, int bytes);
  }

  /**
   * A decoder for a new stream. A wrong marker is an error.
   *
   * @param maxLength of a message, in bytes
   */
  public static TlvDecoder strict(int maxLength) {
    return new TlvDecoder(maxLength, null);
  }

  /**
   * A decoder for a new stream. With a wrong marker it drops what is left of that piece, and
   * expects a frame to begin with the next one: good for senders whose frames mostly arrive as they
   * were written, and only if a lost message does no harm.
   *
   * @param maxLength of a message, in bytes
   */
  public static TlvDecoder resynchronising(int maxLength, DropListener dropListener) {
    return new TlvDecoder(maxLength, dropListener);
  }

  @Override
  void checkBeginning(ByteBuffer in) throws MessageFormatException {
    byte first = in.get(in.position());
    if (first == MARKER) {
      return;
    }
    if (dropListener == null) {
      throw MessageFormatException.misplaced(first, "where a frame begins with 0x72");
    }
    int dropped = in.remaining();
    in.position(in.limit());
    dropListener.dropped(first, dropped);
  }

  @Override
  long announcedLength(ByteBuffer header) {
    return Short.toUnsignedInt(header.getShort(1));
  }
}

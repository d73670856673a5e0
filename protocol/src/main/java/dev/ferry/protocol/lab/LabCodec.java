package dev.ferry.protocol.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.lab.LabMessage.Ack;
import dev.ferry.protocol.lab.LabMessage.Data;
import dev.ferry.protocol.lab.LabMessage.Refusal;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabMessage.ToClient;
import dev.ferry.protocol.lab.LabMessage.ToServer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes lab messages (protocol.md, section 2). A client's messages are decoded
 * strictly, because a server must not guess what to store; a server's are decoded leniently where
 * real servers deviate. Stateless. No number in a datagram decides how much is allocated.
 */
public final class LabCodec {
  /** Digits of the size in a start message that offers Ferry mode. */
  static final int OFFER_DIGITS = 20;

  /** Digits of the buffer size in an acknowledgement that accepts it. */
  static final int ACCEPT_DIGITS = 10;

  private static final byte START = 's';
  private static final byte DATA = 'd';
  private static final byte ACK = 'a';
  private static final byte REFUSAL = 'r';

  /** The last reason that lab mode knows; the later ones belong to Ferry mode. */
  private static final int MAX_REFUSAL = 9;

  private LabCodec() {}

  /** Whether the datagram can only be a start message. */
  public static boolean looksLikeStart(ByteBuffer datagram) {
    return datagram.hasRemaining() && datagram.get(datagram.position()) == START;
  }

  /**
   * Decodes a message of a client.
   *
   * @return the message, or null if the datagram is not one; {@code datagram}'s position is then
   *     undefined
   */
  public static @Nullable ToServer decodeFromClient(ByteBuffer datagram) {
    if (datagram.remaining() < 2) {
      return null;
    }
    byte type = datagram.get();
    Dialect dialect = datagram.get(datagram.position()) == ' ' ? Dialect.SPACED : Dialect.COMPACT;
    if ((type != START && type != DATA) || !skipDelimiter(datagram, dialect)) {
      return null;
    }
    long seqno = readNumber(datagram);
    if (seqno < 0 || !skipDelimiter(datagram, dialect)) {
      return null;
    }
    return type == DATA
        ? new Data(dialect, seqno, datagram)
        : decodeStart(dialect, seqno, datagram);
  }

  private static @Nullable Start decodeStart(Dialect dialect, long seqno, ByteBuffer rest) {
    int nameStart = rest.position();
    int nameEnd = indexOf(rest, dialect);
    if (nameEnd <= nameStart) {
      return null;
    }
    String name = decodeUtf8(rest.slice(nameStart, nameEnd - nameStart));
    rest.position(nameEnd + dialect.delimiter().length());
    int digits = rest.remaining();
    long size = readNumber(rest);
    if (name == null || size < 0 || rest.hasRemaining()) {
      return null;
    }
    return new Start(dialect, seqno, name, size, digits == OFFER_DIGITS);
  }

  /**
   * Decodes a message of a server. Either delimiter, a missing buffer size, and white space or NULs
   * at the end are accepted (protocol.md, section 4.2).
   *
   * @return the message, or null if the datagram is none
   */
  public static @Nullable ToClient decodeFromServer(ByteBuffer datagram) {
    trimEnd(datagram);
    if (datagram.remaining() < 2) {
      return null;
    }
    byte type = datagram.get();
    Dialect dialect = datagram.get(datagram.position()) == ' ' ? Dialect.SPACED : Dialect.COMPACT;
    if ((type != ACK && type != REFUSAL) || !skipLenientDelimiter(datagram)) {
      return null;
    }
    long seqno = readNumber(datagram);
    if (seqno < 0) {
      return null;
    }
    boolean more = skipLenientDelimiter(datagram);
    int digits = datagram.remaining();
    if (!more && digits > 0) {
      return null;
    }
    if (type == ACK && digits == 0) {
      return Ack.ofData(dialect, seqno);
    }
    long number = readNumber(datagram);
    if (number < 0 || datagram.hasRemaining()) {
      return null;
    }
    if (type == ACK) {
      boolean accepts = digits == ACCEPT_DIGITS && number <= Ack.MAX_ACCEPTING_BYTES;
      return new Ack(dialect, seqno, number, accepts);
    }
    RefusalReason reason = number > MAX_REFUSAL ? null : RefusalReason.ofCode(number);
    return reason == null ? null : new Refusal(dialect, seqno, reason);
  }

  /**
   * Writes a message at the buffer's position.
   *
   * @throws java.nio.BufferOverflowException if fewer than {@link #encodedBytes} bytes remain
   */
  public static void encode(LabMessage message, ByteBuffer buffer) {
    if (message instanceof Data data) {
      encodeDataHeader(data.dialect(), data.seqno(), buffer);
      buffer.put(data.payload().duplicate());
    } else {
      buffer.put(text(message).getBytes(UTF_8));
    }
  }

  /** Writes the header of a chunk, which is {@link #dataHeaderBytes} bytes long. */
  public static void encodeDataHeader(Dialect dialect, long seqno, ByteBuffer buffer) {
    buffer.put(
        (fields(dialect, DATA, Long.toString(seqno)) + dialect.delimiter()).getBytes(US_ASCII));
  }

  /** The length of the datagram that {@link #encode} writes for the message, in bytes. */
  public static int encodedBytes(LabMessage message) {
    if (message instanceof Data data) {
      return dataHeaderBytes(data.dialect(), data.seqno()) + data.payload().remaining();
    }
    return text(message).getBytes(UTF_8).length;
  }

  /** The length of the header of a chunk, in bytes. */
  public static int dataHeaderBytes(Dialect dialect, long seqno) {
    return 1 + 2 * dialect.delimiter().length() + Long.toString(seqno).length();
  }

  private static String text(LabMessage message) {
    Dialect dialect = message.dialect();
    String seqno = Long.toString(message.seqno());
    if (message instanceof Start start) {
      String size =
          start.offersFerry()
              ? padded(start.sizeBytes(), OFFER_DIGITS)
              : Long.toString(start.sizeBytes());
      return fields(dialect, START, seqno, start.name(), size);
    } else if (message instanceof Ack ack) {
      Long buffer = ack.bufferBytes();
      if (buffer == null) {
        return fields(dialect, ACK, seqno);
      }
      return fields(
          dialect,
          ACK,
          seqno,
          ack.acceptsFerry() ? padded(buffer, ACCEPT_DIGITS) : buffer.toString());
    } else if (message instanceof Refusal refusal) {
      return fields(dialect, REFUSAL, seqno, Integer.toString(refusal.reason().code()));
    }
    throw new IllegalArgumentException("a chunk is not text");
  }

  private static String fields(Dialect dialect, byte type, String... fields) {
    return (char) type + dialect.delimiter() + String.join(dialect.delimiter(), fields);
  }

  private static String padded(long number, int digits) {
    String plain = Long.toString(number);
    return "0".repeat(Math.max(0, digits - plain.length())) + plain;
  }

  /**
   * Reads ASCII digits up to the first other byte; −1 if there is none or the number exceeds 2^63 −
   * 1.
   */
  private static long readNumber(ByteBuffer buffer) {
    long number = -1;
    while (buffer.hasRemaining()) {
      int digit = buffer.get(buffer.position()) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      long before = Math.max(number, 0);
      if (before > (Long.MAX_VALUE - digit) / 10) {
        return -1;
      }
      number = before * 10 + digit;
      buffer.position(buffer.position() + 1);
    }
    return number;
  }

  private static boolean skipDelimiter(ByteBuffer buffer, Dialect dialect) {
    if (!startsWith(buffer, buffer.position(), dialect)) {
      return false;
    }
    buffer.position(buffer.position() + dialect.delimiter().length());
    return true;
  }

  private static boolean skipLenientDelimiter(ByteBuffer buffer) {
    int position = buffer.position();
    int end = skipBlanks(buffer, position);
    if (end == buffer.limit() || buffer.get(end) != '|') {
      return false;
    }
    buffer.position(skipBlanks(buffer, end + 1));
    return true;
  }

  private static int skipBlanks(ByteBuffer buffer, int from) {
    int index = from;
    while (index < buffer.limit() && buffer.get(index) == ' ') {
      index++;
    }
    return index;
  }

  private static void trimEnd(ByteBuffer buffer) {
    int end = buffer.limit();
    while (end > buffer.position() && buffer.get(end - 1) >= 0 && buffer.get(end - 1) <= ' ') {
      end--;
    }
    buffer.limit(end);
  }

  private static int indexOf(ByteBuffer buffer, Dialect dialect) {
    int last = buffer.limit() - dialect.delimiter().length();
    for (int index = buffer.position(); index <= last; index++) {
      if (startsWith(buffer, index, dialect)) {
        return index;
      }
    }
    return -1;
  }

  private static boolean startsWith(ByteBuffer buffer, int index, Dialect dialect) {
    String delimiter = dialect.delimiter();
    if (buffer.limit() - index < delimiter.length()) {
      return false;
    }
    for (int i = 0; i < delimiter.length(); i++) {
      if (buffer.get(index + i) != delimiter.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable String decodeUtf8(ByteBuffer bytes) {
    try {
      return UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}

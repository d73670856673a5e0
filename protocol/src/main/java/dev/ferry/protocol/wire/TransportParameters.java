package dev.ferry.protocol.wire;

import static dev.ferry.protocol.wire.Fields.require;

import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.util.Udp;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * What an end says of itself in the handshake (protocol.md, section 7.4): a list of numbered
 * values, as in RFC 9000, section 18. Unknown ones are skipped, so that new ones need no new
 * version. Immutable.
 *
 * @param largestDatagramBytes the largest datagram that the end accepts, {@value
 *     HandshakeCodec#MIN_DATAGRAM_BYTES} … {@value Udp#MAX_PAYLOAD_BYTES}
 * @param earlyPackets how many packets of content a server accepts before it has answered the open,
 *     0 … {@value #MAX_EARLY_PACKETS}
 * @param receiveBufferBytes what the end's socket holds until the end reads it, 0 … {@link
 *     Varint#MAX}; 0 if the end does not know
 * @param openFiles how many files may be open at a time, {@value #MIN_OPEN_FILES} … {@value
 *     #MAX_OPEN_FILES}; 0 if the end does not say, so that there is one in the connection
 * @param operations what a server answers, as the sum of the operations' {@code bit()}, 0 … {@link
 *     Varint#MAX}
 * @param checks what the end can check a file by: {@link #BY_SHA256}, {@link #BY_BLOCK_SUMS}, or
 *     the sum of both; other bits, of what is not known yet, are left out
 * @param congestionControl which congestion control the end asks of what is sent to it, 0 … {@link
 *     Varint#MAX}: 0 leaves that to the peer, and so does a number that the peer does not know
 * @param kinds which kinds of files the end takes besides regular ones, as the sum of their {@code
 *     bit()}, 0 … {@link Varint#MAX}
 * @param unknownSizes whether a server takes files whose size is not known yet
 */
public record TransportParameters(
    int largestDatagramBytes,
    int earlyPackets,
    long receiveBufferBytes,
    int openFiles,
    long operations,
    long checks,
    long congestionControl,
    long kinds,
    boolean unknownSizes) {
  /** Put and get. */
  public static final long PUT_AND_GET = 0b11;

  /** By the SHA-256 of the whole file. */
  public static final long BY_SHA256 = 1;

  /** By the sums of its blocks. */
  public static final long BY_BLOCK_SUMS = 1 << 1;

  /** The largest number of early packets. */
  public static final int MAX_EARLY_PACKETS = 40;

  /** The smallest number of open files that can be said. */
  public static final int MIN_OPEN_FILES = 1;

  /** The largest one. */
  public static final int MAX_OPEN_FILES = 65_535;

  /** The longest list, in bytes. */
  public static final int MAX_BYTES = 960;

  /** What holds of an end that says nothing. */
  public static final TransportParameters DEFAULT =
      new TransportParameters(
          HandshakeCodec.MIN_DATAGRAM_BYTES, 10, 0, 0, PUT_AND_GET, BY_SHA256, 0, 0, false);

  private static final int LARGEST_DATAGRAM = 1;
  private static final int EARLY_PACKETS = 2;
  private static final int RECEIVE_BUFFER = 3;
  private static final int OPEN_FILES = 4;
  private static final int OPERATIONS = 5;
  private static final int CHECKS = 6;
  private static final int CONGESTION_CONTROL = 9;
  private static final int KINDS = 10;
  private static final int UNKNOWN_SIZES = 11;
  private static final long NO_ID = -1;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is violated
   */
  public TransportParameters {
    if (!isDatagram(largestDatagramBytes)
        || !isEarly(earlyPackets)
        || !isVarint(receiveBufferBytes)
        || (openFiles != 0 && !isOpenFiles(openFiles))
        || !isVarint(operations)
        || !isChecks(checks)
        || !isVarint(congestionControl)
        || !isVarint(kinds)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "no valid parameters: datagrams of %d, %d early packets, buffer of %d, %d files,"
                  + " operations %d, checks %d, control %d, kinds %d",
              largestDatagramBytes,
              earlyPackets,
              receiveBufferBytes,
              openFiles,
              operations,
              checks,
              congestionControl,
              kinds));
    }
  }

  private static boolean isDatagram(long bytes) {
    return bytes >= HandshakeCodec.MIN_DATAGRAM_BYTES && bytes <= Udp.MAX_PAYLOAD_BYTES;
  }

  private static boolean isEarly(long packets) {
    return packets >= 0 && packets <= MAX_EARLY_PACKETS;
  }

  private static boolean isOpenFiles(long files) {
    return files >= MIN_OPEN_FILES && files <= MAX_OPEN_FILES;
  }

  private static boolean isChecks(long sum) {
    return (sum & BY_SHA256) != 0 && (sum & ~(BY_SHA256 | BY_BLOCK_SUMS)) == 0;
  }

  private static boolean isVarint(long value) {
    return value >= 0 && value <= Varint.MAX;
  }

  /** These parameters with another largest datagram. */
  public TransportParameters withLargestDatagramBytes(int bytes) {
    return with(LARGEST_DATAGRAM, bytes);
  }

  /** These parameters with another number of early packets. */
  public TransportParameters withEarlyPackets(int packets) {
    return with(EARLY_PACKETS, packets);
  }

  /** These parameters with another receive buffer. */
  public TransportParameters withReceiveBufferBytes(long bytes) {
    return with(RECEIVE_BUFFER, bytes);
  }

  /** These parameters with another number of open files. */
  public TransportParameters withOpenFiles(int files) {
    return with(OPEN_FILES, files);
  }

  /** These parameters with other operations that a server answers. */
  public TransportParameters withOperations(long sum) {
    return with(OPERATIONS, sum);
  }

  /** These parameters with other means to check a file by. */
  public TransportParameters withChecks(long sum) {
    return with(CHECKS, sum);
  }

  /** These parameters with another wish for congestion control. */
  public TransportParameters withCongestionControl(long number) {
    return with(CONGESTION_CONTROL, number);
  }

  /** These parameters with other kinds of files that the end takes besides regular ones. */
  public TransportParameters withKinds(long sum) {
    return with(KINDS, sum);
  }

  /** These parameters of a server that takes files whose size is not known yet, or does not. */
  public TransportParameters withUnknownSizes(boolean taken) {
    return with(UNKNOWN_SIZES, taken ? 1 : 0);
  }

  /** These parameters with another value of one of them; a truth is 1 or 0. */
  private TransportParameters with(int id, long value) {
    return new TransportParameters(
        id == LARGEST_DATAGRAM ? (int) value : largestDatagramBytes,
        id == EARLY_PACKETS ? (int) value : earlyPackets,
        id == RECEIVE_BUFFER ? value : receiveBufferBytes,
        id == OPEN_FILES ? (int) value : openFiles,
        id == OPERATIONS ? value : operations,
        id == CHECKS ? value : checks,
        id == CONGESTION_CONTROL ? value : congestionControl,
        id == KINDS ? value : kinds,
        id == UNKNOWN_SIZES ? value != 0 : unknownSizes);
  }

  /** Whether the end takes files of a kind. */
  public boolean takes(FileKind kind) {
    return kind == FileKind.FILE || (kinds & kind.bit()) != 0;
  }

  /** The length of the list on the wire, in bytes. */
  public int encodedBytes() {
    return encodedBytes(LARGEST_DATAGRAM, largestDatagramBytes)
        + encodedBytes(EARLY_PACKETS, earlyPackets)
        + encodedBytes(RECEIVE_BUFFER, receiveBufferBytes)
        + (openFiles == 0 ? 0 : encodedBytes(OPEN_FILES, openFiles))
        + (operations == PUT_AND_GET ? 0 : encodedBytes(OPERATIONS, operations))
        + (checks == BY_SHA256 ? 0 : encodedBytes(CHECKS, checks))
        + (congestionControl == 0 ? 0 : encodedBytes(CONGESTION_CONTROL, congestionControl))
        + (kinds == 0 ? 0 : encodedBytes(KINDS, kinds))
        + (unknownSizes ? Varint.bytes(UNKNOWN_SIZES) + Varint.bytes(0) : 0);
  }

  private static int encodedBytes(int id, long value) {
    int bytes = Varint.bytes(value);
    return Varint.bytes(id) + Varint.bytes(bytes) + bytes;
  }

  /** Writes the list at the buffer's position, where {@link #encodedBytes} bytes must remain. */
  public ByteBuffer encode(ByteBuffer buffer) {
    encode(LARGEST_DATAGRAM, largestDatagramBytes, buffer);
    encode(EARLY_PACKETS, earlyPackets, buffer);
    encode(RECEIVE_BUFFER, receiveBufferBytes, buffer);
    if (openFiles != 0) {
      encode(OPEN_FILES, openFiles, buffer);
    }
    if (operations != PUT_AND_GET) {
      encode(OPERATIONS, operations, buffer);
    }
    if (checks != BY_SHA256) {
      encode(CHECKS, checks, buffer);
    }
    if (congestionControl != 0) {
      encode(CONGESTION_CONTROL, congestionControl, buffer);
    }
    if (kinds != 0) {
      encode(KINDS, kinds, buffer);
    }
    if (unknownSizes) {
      Varint.write(UNKNOWN_SIZES, buffer);
      Varint.write(0, buffer);
    }
    return buffer;
  }

  private static void encode(int id, long value, ByteBuffer buffer) {
    Varint.write(id, buffer);
    Varint.write(Varint.bytes(value), buffer);
    Varint.write(value, buffer);
  }

  /** Reads a list that takes up the rest of the buffer. */
  public static TransportParameters decode(ByteBuffer list) throws MalformedException {
    require(list.remaining() <= MAX_BYTES);
    TransportParameters parameters = DEFAULT;
    long before = NO_ID;
    while (list.hasRemaining()) {
      long id = Fields.varint(list);
      require(id > before);
      before = id;
      long length = Fields.varint(list);
      require(length <= list.remaining());
      ByteBuffer value = list.slice(list.position(), (int) length);
      list.position(list.position() + (int) length);
      parameters = parameters.decoded(id, value);
    }
    return parameters;
  }

  private TransportParameters decoded(long id, ByteBuffer value) throws MalformedException {
    if (id == LARGEST_DATAGRAM) {
      long bytes = number(value);
      require(isDatagram(bytes));
      return withLargestDatagramBytes((int) bytes);
    }
    if (id == EARLY_PACKETS) {
      long packets = number(value);
      require(isEarly(packets));
      return withEarlyPackets((int) packets);
    }
    if (id == RECEIVE_BUFFER) {
      return withReceiveBufferBytes(number(value));
    }
    if (id == OPEN_FILES) {
      long files = number(value);
      require(isOpenFiles(files));
      return withOpenFiles((int) files);
    }
    if (id == OPERATIONS) {
      return withOperations(number(value));
    }
    if (id == CHECKS) {
      long known = number(value) & (BY_SHA256 | BY_BLOCK_SUMS);
      require(isChecks(known));
      return withChecks(known);
    }
    if (id == CONGESTION_CONTROL) {
      return withCongestionControl(number(value));
    }
    if (id == KINDS) {
      return withKinds(number(value));
    }
    if (id == UNKNOWN_SIZES) {
      require(!value.hasRemaining());
      return withUnknownSizes(true);
    }
    return this;
  }

  private static long number(ByteBuffer value) throws MalformedException {
    long number = Fields.varint(value);
    require(!value.hasRemaining());
    return number;
  }
}

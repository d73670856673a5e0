package dev.ferry.protocol.wire;

import static dev.ferry.protocol.wire.Fields.require;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakePacket.ForeignHello;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.protocol.wire.HandshakePacket.Retry;
import dev.ferry.protocol.wire.HandshakePacket.ToClient;
import dev.ferry.protocol.wire.HandshakePacket.ToServer;
import dev.ferry.protocol.wire.HandshakePacket.Versions;
import dev.ferry.protocol.wire.HandshakePacket.Welcome;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells Ferry's packets from others, and handshake packets to and from datagrams (protocol.md,
 * sections 7.1 and 7.2). A datagram is exactly one packet or none. Stateless; allocates no more
 * than the datagram has bytes, whatever lengths stand in it. Buffers must be big-endian.
 */
public final class HandshakeCodec {
  /** Every path of Ferry mode must take datagrams of this size, in bytes. */
  public static final int MIN_DATAGRAM_BYTES = 1200;

  /** The largest packet that this implementation sends over a stream, in bytes. */
  public static final int STREAM_PACKET_BYTES = 16 << 10;

  private static final int HANDSHAKE_BITS = 0xc0;
  private static final int HELLO = 0xc0;
  private static final int WELCOME = 0xc1;
  private static final int RETRY = 0xc2;
  private static final int VERSIONS = 0xc3;

  /** Stands where other packets have their version. */
  private static final int NO_VERSION = 0;

  private HandshakeCodec() {}

  /** Whether a datagram that begins so belongs to Ferry mode; others are the lab's. */
  public static boolean isFerry(byte first) {
    return first < 0;
  }

  /**
   * Whether a datagram that begins so may be a handshake packet; other Ferry packets are protected.
   */
  public static boolean isHandshake(byte first) {
    return (first & HANDSHAKE_BITS) == HANDSHAKE_BITS;
  }

  /**
   * Decodes what a client sent, at the buffer's position.
   *
   * @return the packet, or null if the datagram is none; {@code datagram}'s position is then
   *     undefined
   */
  public static @Nullable ToServer decodeFromClient(ByteBuffer datagram) {
    int bytes = datagram.remaining();
    try {
      require(bytes >= Hello.MIN_BYTES && bytes <= Udp.MAX_PAYLOAD_BYTES);
      require(Fields.uint8(datagram) == HELLO);
      int version = Fields.uint8(datagram);
      require(version != NO_VERSION);
      return version == HandshakePacket.VERSION
          ? decodeHello(datagram)
          : decodeForeignHello(version, datagram);
    } catch (MalformedException e) {
      return null;
    }
  }

  private static Hello decodeHello(ByteBuffer rest) throws MalformedException {
    int suites = Fields.uint8(rest);
    int options = Fields.uint8(rest);
    require(suites != 0 && (suites & ~Hello.ALL_SUITES) == 0);
    require((options & ~Hello.ALL_OPTIONS) == 0);
    boolean hasSecret = (options & Hello.SECRET_OPTION) != 0;
    boolean followsStart = (options & Hello.START_OPTION) != 0;
    int clientId = Fields.int32(rest);
    int tokenBytes = Fields.uint8(rest);
    require(tokenBytes <= Hello.MAX_TOKEN_BYTES);
    Bytes token = Fields.bytes(rest, tokenBytes);
    Bytes handshake = Fields.bytes(rest, Fields.uint16(rest));
    requireZeros(rest);
    return new Hello(suites, hasSecret, followsStart, clientId, token, handshake);
  }

  private static void requireZeros(ByteBuffer rest) throws MalformedException {
    while (rest.remaining() >= Long.BYTES) {
      require(rest.getLong() == 0);
    }
    while (rest.hasRemaining()) {
      require(rest.get() == 0);
    }
  }

  private static ForeignHello decodeForeignHello(int version, ByteBuffer rest)
      throws MalformedException {
    Fields.uint16(rest); // where version 1 has suites and options
    ForeignHello hello = new ForeignHello(version, Fields.int32(rest));
    rest.position(rest.limit());
    return hello;
  }

  /**
   * Decodes what a server sent, at the buffer's position.
   *
   * @return the packet, or null if the datagram is none; {@code datagram}'s position is then
   *     undefined
   */
  public static @Nullable ToClient decodeFromServer(ByteBuffer datagram) {
    try {
      require(datagram.remaining() <= Udp.MAX_PAYLOAD_BYTES);
      int type = Fields.uint8(datagram);
      require(Fields.uint8(datagram) == (type == VERSIONS ? NO_VERSION : HandshakePacket.VERSION));
      int clientId = Fields.int32(datagram);
      ToClient packet =
          switch (type) {
            case WELCOME -> new Welcome(clientId, Fields.bytes(datagram, Fields.uint16(datagram)));
            case RETRY -> decodeRetry(clientId, datagram);
            case VERSIONS -> decodeVersions(clientId, datagram);
            default -> throw new MalformedException();
          };
      require(!datagram.hasRemaining());
      return packet;
    } catch (MalformedException e) {
      return null;
    }
  }

  private static Retry decodeRetry(int clientId, ByteBuffer rest) throws MalformedException {
    int tokenBytes = Fields.uint8(rest);
    require(tokenBytes > 0 && tokenBytes <= Hello.MAX_TOKEN_BYTES);
    return new Retry(clientId, Fields.bytes(rest, tokenBytes));
  }

  private static Versions decodeVersions(int clientId, ByteBuffer rest) throws MalformedException {
    int count = Fields.uint8(rest);
    require(count > 0 && count == rest.remaining());
    List<Integer> versions = new ArrayList<>(count);
    while (rest.hasRemaining()) {
      int version = Fields.uint8(rest);
      require(version != NO_VERSION);
      versions.add(version);
    }
    return new Versions(clientId, versions);
  }

  /**
   * Writes a packet at the buffer's position; a hello with the zeros at its end. A {@link
   * ForeignHello} is written with as much as is known of it, and else zeros.
   *
   * @throws BufferOverflowException if fewer than {@link #encodedBytes} bytes remain; nothing is
   *     written then
   */
  public static void encode(HandshakePacket packet, ByteBuffer buffer) {
    int bytes = encodedBytes(packet);
    if (buffer.remaining() < bytes) {
      throw new BufferOverflowException();
    }
    int end = buffer.position() + bytes;
    if (packet instanceof Hello hello) {
      begin(HELLO, HandshakePacket.VERSION, buffer);
      buffer.put((byte) hello.suites()).put((byte) hello.options()).putInt(hello.clientId());
      encodeShort(hello.token(), buffer);
      encodeLong(hello.handshake(), buffer);
    } else if (packet instanceof ForeignHello hello) {
      begin(HELLO, hello.version(), buffer);
      buffer.putShort((short) 0).putInt(hello.clientId());
    } else if (packet instanceof Welcome welcome) {
      begin(WELCOME, HandshakePacket.VERSION, buffer);
      encodeLong(welcome.handshake(), buffer.putInt(welcome.clientId()));
    } else if (packet instanceof Retry retry) {
      begin(RETRY, HandshakePacket.VERSION, buffer);
      encodeShort(retry.token(), buffer.putInt(retry.clientId()));
    } else if (packet instanceof Versions versions) {
      begin(VERSIONS, NO_VERSION, buffer);
      buffer.putInt(versions.clientId()).put((byte) versions.versions().size());
      versions.versions().forEach(version -> buffer.put(version.byteValue()));
    }
    while (buffer.position() < end) {
      buffer.put((byte) 0);
    }
  }

  private static void begin(int type, int version, ByteBuffer buffer) {
    buffer.put((byte) type).put((byte) version);
  }

  private static void encodeShort(Bytes bytes, ByteBuffer buffer) {
    bytes.write(buffer.put((byte) bytes.length()));
  }

  private static void encodeLong(Bytes bytes, ByteBuffer buffer) {
    bytes.write(buffer.putShort((short) bytes.length()));
  }

  /** The length of the datagram that {@link #encode} writes for a packet, in bytes. */
  public static int encodedBytes(HandshakePacket packet) {
    if (packet instanceof Hello hello) {
      int bytes = Hello.FIXED_BYTES + hello.token().length() + hello.handshake().length();
      return Math.max(Hello.MIN_BYTES, bytes);
    } else if (packet instanceof Welcome welcome) {
      return Welcome.FIXED_BYTES + welcome.handshake().length();
    }
    int idAndLength = 2 + Integer.BYTES + 1;
    if (packet instanceof Retry retry) {
      return idAndLength + retry.token().length();
    } else if (packet instanceof Versions versions) {
      return idAndLength + versions.versions().size();
    }
    return Hello.MIN_BYTES;
  }
}

package dev.ferry.protocol.wire;

import static dev.ferry.protocol.wire.Fields.require;

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
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes Ferry's packets from other datagrams, and encodes and decodes handshake packets
 * (protocol.md, sections 7.1 and 7.2). A datagram is exactly one packet or none. Stateless.
 * Allocates no more bytes than the datagram has, whatever lengths it declares. Buffers must be
 * big-endian.
 */
public final class HandshakeCodec {
  /** The size of datagrams that every path of Ferry mode must carry, in bytes. */
  public static final int MIN_DATAGRAM_BYTES = 1200;

  /** The largest packet that this implementation sends over a stream, in bytes. */
  public static final int STREAM_PACKET_BYTES = 16 << 10;

  private static final int HANDSHAKE_BITS = 0xc0;

  private HandshakeCodec() {}

  /** Whether a datagram with this first byte belongs to Ferry mode; others belong to lab mode. */
  public static boolean isFerry(byte first) {
    return first < 0;
  }

  /**
   * Whether a datagram with this first byte may be a handshake packet; other Ferry packets are
   * protected.
   */
  public static boolean isHandshake(byte first) {
    return (first & HANDSHAKE_BITS) == HANDSHAKE_BITS;
  }

  /**
   * Decodes a packet of a client at the buffer's position.
   *
   * @return the packet, or null if the datagram is not one; {@code datagram}'s position is then
   *     undefined
   */
  public static @Nullable ToServer decodeFromClient(ByteBuffer datagram) {
    int bytes = datagram.remaining();
    try {
      require(bytes >= Hello.MIN_BYTES && bytes <= Udp.MAX_PAYLOAD_BYTES);
      return switch (HandshakePacket.Type.decode(datagram)) {
        case HELLO -> decodeHello(datagram);
        case WELCOME, RETRY, VERSIONS -> throw new MalformedException();
      };
    } catch (MalformedException e) {
      return null;
    }
  }

  private static ToServer decodeHello(ByteBuffer rest) throws MalformedException {
    int version = Fields.uint8(rest);
    require(version != HandshakePacket.NO_VERSION);
    return version == HandshakePacket.VERSION
        ? Hello.decode(rest)
        : ForeignHello.decode(version, rest);
  }

  /**
   * Decodes a packet of a server at the buffer's position.
   *
   * @return the packet, or null if the datagram is not one; {@code datagram}'s position is then
   *     undefined
   */
  public static @Nullable ToClient decodeFromServer(ByteBuffer datagram) {
    try {
      require(datagram.remaining() <= Udp.MAX_PAYLOAD_BYTES);
      ToClient packet =
          switch (HandshakePacket.Type.decode(datagram)) {
            case WELCOME -> Welcome.decode(datagram);
            case RETRY -> Retry.decode(datagram);
            case VERSIONS -> Versions.decode(datagram);
            case HELLO -> throw new MalformedException();
          };
      require(!datagram.hasRemaining());
      return packet;
    } catch (MalformedException e) {
      return null;
    }
  }

  /**
   * Writes a packet at the buffer's position, padding included.
   *
   * @throws BufferOverflowException if fewer than {@link HandshakePacket#encodedBytes} bytes
   *     remain; nothing is written then
   */
  public static void encode(HandshakePacket packet, ByteBuffer buffer) {
    if (buffer.remaining() < packet.encodedBytes()) {
      throw new BufferOverflowException();
    }
    packet.encode(buffer);
  }
}

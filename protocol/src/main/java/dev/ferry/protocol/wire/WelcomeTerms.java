package dev.ferry.protocol.wire;

import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The payload of the second message of the Noise handshake (protocol.md, section 7.2).
 *
 * @param suite {@link Hello#AES_128_GCM} or {@link Hello#CHACHA20_POLY1305}
 * @param serverId the id in the client's packets; any 32 bits
 * @param largestDatagramBytes the largest datagram that the server accepts, {@value
 *     Hello#MIN_BYTES} … {@value Udp#MAX_PAYLOAD_BYTES}
 */
public record WelcomeTerms(int suite, int serverId, int largestDatagramBytes) {
  /** The length on the wire, in bytes. */
  public static final int BYTES = 7;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is violated
   */
  public WelcomeTerms {
    if (!isValid(suite, largestDatagramBytes)) {
      throw new IllegalArgumentException(
          "no valid terms: suite " + suite + ", datagrams of " + largestDatagramBytes);
    }
  }

  private static boolean isValid(int suite, int largestDatagramBytes) {
    return (suite == Hello.AES_128_GCM || suite == Hello.CHACHA20_POLY1305)
        && largestDatagramBytes >= Hello.MIN_BYTES
        && largestDatagramBytes <= Udp.MAX_PAYLOAD_BYTES;
  }

  /** The payload, {@value #BYTES} bytes. */
  public byte[] encode() {
    ByteBuffer payload = ByteBuffer.allocate(BYTES);
    payload.put((byte) suite).putInt(serverId).putShort((short) largestDatagramBytes);
    return payload.array();
  }

  /** Decodes a payload; null if it is malformed. */
  public static @Nullable WelcomeTerms decode(byte[] payload) {
    if (payload.length != BYTES) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(payload);
    int suite = Byte.toUnsignedInt(buffer.get());
    int serverId = buffer.getInt();
    int largestDatagramBytes = Short.toUnsignedInt(buffer.getShort());
    return isValid(suite, largestDatagramBytes)
        ? new WelcomeTerms(suite, serverId, largestDatagramBytes)
        : null;
  }
}

package dev.ferry.protocol.wire;

import static dev.ferry.protocol.wire.Fields.require;

import dev.ferry.protocol.wire.HandshakePacket.Hello;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The payload of the second message of the Noise handshake (protocol.md, section 7.2).
 *
 * @param suite {@link Hello#AES_128_GCM} or {@link Hello#CHACHA20_POLY1305}
 * @param serverId the id in the client's packets; any 32 bits
 * @param parameters the server's
 */
public record WelcomeTerms(int suite, int serverId, TransportParameters parameters) {
  /** Suite and server's id. */
  private static final int FIXED_BYTES = 5;

  /**
   * Checks the suite.
   *
   * @throws IllegalArgumentException if there is no such suite
   */
  public WelcomeTerms {
    if (!isSuite(suite)) {
      throw new IllegalArgumentException("no cipher suite: " + suite);
    }
  }

  private static boolean isSuite(int suite) {
    return suite == Hello.AES_128_GCM || suite == Hello.CHACHA20_POLY1305;
  }

  /** The payload. */
  public byte[] encode() {
    ByteBuffer payload = ByteBuffer.allocate(FIXED_BYTES + parameters.encodedBytes());
    payload.put((byte) suite).putInt(serverId);
    return parameters.encode(payload).array();
  }

  /** Decodes a payload; null if it is malformed. */
  public static @Nullable WelcomeTerms decode(byte[] payload) {
    ByteBuffer buffer = ByteBuffer.wrap(payload);
    try {
      int suite = Fields.uint8(buffer);
      require(isSuite(suite));
      return new WelcomeTerms(suite, Fields.int32(buffer), TransportParameters.decode(buffer));
    } catch (MalformedException e) {
      return null;
    }
  }
}

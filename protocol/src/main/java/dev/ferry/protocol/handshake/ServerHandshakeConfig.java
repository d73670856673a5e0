package dev.ferry.protocol.handshake;

import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakePacket.Hello;

/**
 * The limits of a server's handshakes.
 *
 * @param capacity how many half-open handshakes are kept, at least 1; each takes about 1 KiB, and 5
 *     KiB after a protected packet, genuine or not, has arrived for it
 * @param largestDatagramBytes the largest datagram that the server accepts, 1200 … 65507
 * @param preferred the cipher suite that is chosen if the client accepts it
 */
public record ServerHandshakeConfig(int capacity, int largestDatagramBytes, CipherSuite preferred) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is violated
   */
  public ServerHandshakeConfig {
    if (capacity < 1) {
      throw new IllegalArgumentException("no room for handshakes: " + capacity);
    }
    if (largestDatagramBytes < Hello.MIN_BYTES || largestDatagramBytes > Udp.MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException("no size of a datagram: " + largestDatagramBytes);
    }
  }
}

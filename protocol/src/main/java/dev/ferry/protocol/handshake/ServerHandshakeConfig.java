package dev.ferry.protocol.handshake;

import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.wire.TransportParameters;

/**
 * The limits of a server's handshakes.
 *
 * @param capacity how many half-open handshakes are kept, at least 1; each takes about 1 KiB, and 5
 *     KiB after a protected packet, genuine or not, has arrived for it
 * @param parameters what the server says of itself
 * @param preferred the cipher suite that is chosen if the client accepts it
 */
public record ServerHandshakeConfig(
    int capacity, TransportParameters parameters, CipherSuite preferred) {

  /**
   * Checks the capacity.
   *
   * @throws IllegalArgumentException if there is none
   */
  public ServerHandshakeConfig {
    if (capacity < 1) {
      throw new IllegalArgumentException("no room for handshakes: " + capacity);
    }
  }
}

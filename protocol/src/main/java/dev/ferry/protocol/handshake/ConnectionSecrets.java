package dev.ferry.protocol.handshake;

import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.handshake.NoiseHandshake.Secrets;

/**
 * What a handshake leaves to one of the two ends. Not thread-safe.
 *
 * @param suite what packets are encrypted with, by its own choice the server's
 * @param sealer for what this end sends; has sealed nothing yet
 * @param opener for what the peer sends
 * @param ownId stands in the packets that the peer sends; any 32 bits
 * @param peersId is to stand in the packets that this end sends; any 32 bits
 * @param serverTakesBytes the largest datagram that the server takes
 */
public record ConnectionSecrets(
    CipherSuite suite,
    PacketSealer sealer,
    PacketOpener opener,
    int ownId,
    int peersId,
    int serverTakesBytes) {

  static ConnectionSecrets ofClient(
      CipherSuite suite, Secrets secrets, int clientId, int serverId, int serverTakesBytes) {
    return new ConnectionSecrets(
        suite,
        new PacketSealer(suite, secrets.initiatorToResponder()),
        new PacketOpener(suite, secrets.responderToInitiator()),
        clientId,
        serverId,
        serverTakesBytes);
  }

  static ConnectionSecrets ofServer(
      CipherSuite suite, Secrets secrets, int clientId, int serverId, int serverTakesBytes) {
    return new ConnectionSecrets(
        suite,
        new PacketSealer(suite, secrets.responderToInitiator()),
        new PacketOpener(suite, secrets.initiatorToResponder()),
        serverId,
        clientId,
        serverTakesBytes);
  }
}

package dev.ferry.protocol.handshake;

import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.handshake.NoiseHandshake.Secrets;

/**
 * The result of a handshake at one of the two ends.
 *
 * @param suite the cipher suite of the packets, chosen by the server
 * @param sealer for packets that this end sends; has sealed none yet
 * @param opener for packets that the peer sends
 * @param ownId the id in the packets that the peer sends; any 32 bits
 * @param peersId the id in the packets that this end sends; any 32 bits
 * @param serverTakesBytes the largest datagram that the server accepts
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

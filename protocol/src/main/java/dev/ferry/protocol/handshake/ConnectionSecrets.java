package dev.ferry.protocol.handshake;

import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.handshake.NoiseHandshake.Secrets;
import dev.ferry.protocol.wire.TransportParameters;

/**
 * The result of a handshake at one of the two ends.
 *
 * @param suite the cipher suite of the packets, chosen by the server
 * @param sealer for packets that this end sends; has sealed none yet
 * @param opener for packets that the peer sends
 * @param ownId the id in the packets that the peer sends; any 32 bits
 * @param peersId the id in the packets that this end sends; any 32 bits
 * @param peers what the peer says of itself
 */
public record ConnectionSecrets(
    CipherSuite suite,
    PacketSealer sealer,
    PacketOpener opener,
    int ownId,
    int peersId,
    TransportParameters peers) {

  static ConnectionSecrets ofClient(
      CipherSuite suite, Secrets secrets, int clientId, int serverId, TransportParameters peers) {
    return new ConnectionSecrets(
        suite,
        new PacketSealer(suite, secrets.initiatorToResponder()),
        new PacketOpener(suite, secrets.responderToInitiator()),
        clientId,
        serverId,
        peers);
  }

  static ConnectionSecrets ofServer(
      CipherSuite suite, Secrets secrets, int clientId, int serverId, TransportParameters peers) {
    return new ConnectionSecrets(
        suite,
        new PacketSealer(suite, secrets.responderToInitiator()),
        new PacketOpener(suite, secrets.initiatorToResponder()),
        serverId,
        clientId,
        peers);
  }
}

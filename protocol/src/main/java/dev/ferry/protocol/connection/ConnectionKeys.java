package dev.ferry.protocol.connection;

import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.PacketSealer;

/**
 * What a handshake leaves to one end of a connection. Not thread-safe.
 *
 * @param opener decrypts what the peer sends
 * @param sealer encrypts what this end sends
 * @param peersId stands in the packets that this end sends
 */
public record ConnectionKeys(PacketOpener opener, PacketSealer sealer, int peersId) {}

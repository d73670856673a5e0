package dev.ferry.protocol.server;

/**
 * How full the tables of a server are at one time, and the work that it has done since it started.
 * {@link ServerMemory} limits all of them but the last.
 *
 * @param labPeers addresses that lab mode knows, including those of finished transfers
 * @param labFiles files that lab mode has open
 * @param files the same of Ferry mode, over all transports
 * @param connections of Ferry mode over datagrams, including finished ones that drain
 * @param streams the same over streams, whose handshakes count
 * @param halfOpen half-open handshakes over datagrams
 * @param heldBytes what connections hold of what is early, has gaps, is in pieces, is not read, or
 *     is in flight
 * @param handshakes hellos for which a key was computed so far, over all transports
 */
public record ServerLoad(
    int labPeers,
    int labFiles,
    int files,
    int connections,
    int streams,
    int halfOpen,
    long heldBytes,
    long handshakes) {}

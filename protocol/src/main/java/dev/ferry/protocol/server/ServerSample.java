package dev.ferry.protocol.server;

import dev.ferry.protocol.connection.ConnectionSnapshot;

/**
 * A transfer of a server in Ferry mode at one time.
 *
 * @param number the number of the connection, which no other one of the server has
 * @param sends whether the server sends the file
 */
public record ServerSample(long nowNs, long number, boolean sends, ConnectionSnapshot connection) {}

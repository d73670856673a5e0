/**
 * The server as one engine: lab peers, handshakes, connections over datagrams and over streams, and
 * the limits on all of them. Nothing here is thread-safe. Start reading at {@link
 * dev.ferry.protocol.server.ServerEngine}.
 */
@NullMarked
package dev.ferry.protocol.server;

import org.jspecify.annotations.NullMarked;

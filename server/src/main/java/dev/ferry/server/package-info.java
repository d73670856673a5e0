/**
 * The server program: arguments, sockets, reports, and the orderly stop. The protocol is in {@code
 * dev.ferry.protocol.server}.
 */
@NullMarked
package dev.ferry.server;

import org.jspecify.annotations.NullMarked;

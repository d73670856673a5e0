/**
 * The server program: arguments, sockets, reports, and the orderly stop. It decides nothing about
 * packets: that is {@code dev.ferry.protocol.server}.
 */
@NullMarked
package dev.ferry.server;

import org.jspecify.annotations.NullMarked;

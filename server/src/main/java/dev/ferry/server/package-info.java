/**
 * The server program: arguments, reports, exit codes. {@code dev.ferry.runtime} runs the server.
 * The protocol is in {@code dev.ferry.protocol.server}.
 */
@NullMarked
package dev.ferry.server;

import org.jspecify.annotations.NullMarked;

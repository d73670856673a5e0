/**
 * The server program: arguments, reports, exit codes. What runs a server is {@code
 * dev.ferry.runtime}; what decides about packets is {@code dev.ferry.protocol.server}.
 */
@NullMarked
package dev.ferry.server;

import org.jspecify.annotations.NullMarked;

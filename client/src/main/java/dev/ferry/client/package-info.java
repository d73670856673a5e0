/**
 * The client program: commands, arguments, progress, what users are told, exit codes. What runs a
 * transfer is {@code dev.ferry.runtime}; what decides about packets is {@code
 * dev.ferry.protocol.client}.
 */
@NullMarked
package dev.ferry.client;

import org.jspecify.annotations.NullMarked;

/**
 * The client program: its commands, options, progress, and what it tells the user. What runs a
 * transfer is {@code dev.ferry.runtime}; what decides about packets is {@code
 * dev.ferry.protocol.client}. Start reading at {@link dev.ferry.client.ClientMain}.
 */
@NullMarked
package dev.ferry.client;

import org.jspecify.annotations.NullMarked;

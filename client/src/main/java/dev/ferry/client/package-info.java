/**
 * The client program: its commands, options, progress and messages. {@code dev.ferry.runtime} runs
 * the transfers; the protocol is in {@code dev.ferry.protocol.client}. Start reading at {@link
 * dev.ferry.client.ClientMain}.
 */
@NullMarked
package dev.ferry.client;

import org.jspecify.annotations.NullMarked;

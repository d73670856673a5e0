/**
 * Drives engines over sockets: the event loop, UDP, TCP, and an engine behind an impaired network.
 * Nothing here is thread-safe, except as {@link dev.ferry.transport.EventLoop} says. Start reading
 * at {@link dev.ferry.transport.EventLoop}.
 */
@NullMarked
package dev.ferry.transport;

import org.jspecify.annotations.NullMarked;

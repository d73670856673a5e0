/**
 * Drives engines over sockets: the event loop, UDP, TCP, and an engine behind a bad network. Start
 * reading at {@link dev.ferry.transport.EventLoop}.
 */
@NullMarked
package dev.ferry.transport;

import org.jspecify.annotations.NullMarked;

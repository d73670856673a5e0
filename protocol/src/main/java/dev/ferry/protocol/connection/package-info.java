/**
 * One connection of Ferry mode after its handshake (protocol.md, sections 10 to 14): its life
 * cycle, the path to the peer, packets built and opened, frames dispatched. What it carries is a
 * {@link dev.ferry.protocol.connection.Transfer}, of which nothing is known here but that
 * interface. Start reading at {@link dev.ferry.protocol.connection.Connection}.
 */
@NullMarked
package dev.ferry.protocol.connection;

import org.jspecify.annotations.NullMarked;

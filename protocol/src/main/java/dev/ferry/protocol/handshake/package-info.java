/**
 * The agreement on keys before a connection begins (protocol.md, sections 6 to 9): the Noise
 * handshake, its client's and its server's side, address tokens, half-open handshakes. Classes with
 * state are not thread-safe. Start reading at {@link dev.ferry.protocol.handshake.ClientHandshake}.
 */
@NullMarked
package dev.ferry.protocol.handshake;

import org.jspecify.annotations.NullMarked;

/**
 * How two ends agree on keys before a connection begins (protocol.md, sections 6 to 9): the Noise
 * handshake, the client's and the server's side of it, address tokens, half-open handshakes. Start
 * reading at {@link dev.ferry.protocol.handshake.ClientHandshake}.
 */
@NullMarked
package dev.ferry.protocol.handshake;

import org.jspecify.annotations.NullMarked;

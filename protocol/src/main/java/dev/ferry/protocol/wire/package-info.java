/**
 * Ferry mode's packets on the wire, in the clear (protocol.md, section 7): headers, handshake
 * packets, integers of variable length. The frames inside protected packets are in {@code frame}.
 * No cryptography. Start reading at {@link dev.ferry.protocol.wire.PacketHeader}.
 */
@NullMarked
package dev.ferry.protocol.wire;

import org.jspecify.annotations.NullMarked;

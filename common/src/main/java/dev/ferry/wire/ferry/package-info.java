/**
 * What stands in a datagram of Ferry mode: packets, the frames in them, and their codecs
 * (protocol.md, sections 7 and 10). Knows no cryptography: content is here in the clear.
 */
@NullMarked
package dev.ferry.wire.ferry;

import org.jspecify.annotations.NullMarked;

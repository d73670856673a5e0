/**
 * Message boundaries on a byte stream, which has none: whole messages go in at one end, bytes
 * arrive at the other in pieces of any size, and whole messages come out. No I/O: the caller reads
 * the stream. What a message means is not known here; the frames of Ferry mode are in {@code
 * dev.ferry.protocol.wire.frame}. Start reading at {@link dev.ferry.framing.MessageDecoder}.
 */
@NullMarked
package dev.ferry.framing;

import org.jspecify.annotations.NullMarked;

/**
 * Message boundaries on a byte stream, which has none: whole messages go in at one end, bytes
 * arrive at the other in pieces of any size, glued together or torn, and whole messages come out.
 * Does no I/O: the bytes are handed in by whoever reads the stream.
 */
@NullMarked
package dev.ferry.framing;

import org.jspecify.annotations.NullMarked;

/**
 * The frames inside protected packets and their codec (protocol.md, section 10). What a frame means
 * is decided elsewhere: in {@code connection} and {@code transfer}. Start reading at {@link
 * dev.ferry.protocol.wire.frame.Frame}.
 */
@NullMarked
package dev.ferry.protocol.wire.frame;

import org.jspecify.annotations.NullMarked;

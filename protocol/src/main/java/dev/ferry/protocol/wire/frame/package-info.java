/**
 * The frames inside protected packets and their codec (protocol.md, section 10). Their meaning is
 * decided elsewhere: in {@code connection} and {@code transfer}. Classes with state are not
 * thread-safe. Start reading at {@link dev.ferry.protocol.wire.frame.Frame}.
 */
@NullMarked
package dev.ferry.protocol.wire.frame;

import org.jspecify.annotations.NullMarked;

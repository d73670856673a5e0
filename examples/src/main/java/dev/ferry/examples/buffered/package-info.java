/**
 * Strings with their length before them, sent there and back over one connection. Start reading at
 * {@link dev.ferry.examples.buffered.MessageStream}.
 */
@NullMarked
package dev.ferry.examples.buffered;

import org.jspecify.annotations.NullMarked;

/** Strings with their length before them, sent there and back. */
@NullMarked
package dev.ferry.examples.buffered;

import org.jspecify.annotations.NullMarked;

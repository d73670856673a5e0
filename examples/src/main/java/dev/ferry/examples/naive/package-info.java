/**
 * Messages sent over a stream as if it kept their boundaries: they arrive glued together or torn.
 * Start reading at {@link dev.ferry.examples.naive.NaiveServer}.
 */
@NullMarked
package dev.ferry.examples.naive;

import org.jspecify.annotations.NullMarked;

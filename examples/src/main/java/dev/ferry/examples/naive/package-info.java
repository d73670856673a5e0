/** Messages sent over a stream as if it kept their boundaries. */
@NullMarked
package dev.ferry.examples.naive;

import org.jspecify.annotations.NullMarked;

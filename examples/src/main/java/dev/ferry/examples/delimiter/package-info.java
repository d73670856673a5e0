/** Messages that end with a delimiter. */
@NullMarked
package dev.ferry.examples.delimiter;

import org.jspecify.annotations.NullMarked;

/**
 * Messages that end with a delimiter, and an escape for one within. Start reading at {@link
 * dev.ferry.examples.delimiter.DelimiterServer}.
 */
@NullMarked
package dev.ferry.examples.delimiter;

import org.jspecify.annotations.NullMarked;

/** Monotonic time in nanoseconds: units, comparison, and the one clock. */
@NullMarked
package dev.ferry.time;

import org.jspecify.annotations.NullMarked;

/** The clocks: monotonic time for the event loops, and the date for file times and captures. */
@NullMarked
package dev.ferry.clock;

import org.jspecify.annotations.NullMarked;

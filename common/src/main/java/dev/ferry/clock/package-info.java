/**
 * The clocks of this machine: monotonic time for the event loops, and the date for captures and the
 * age of part files. Nothing else in the project may read one. Time arithmetic is in {@code
 * dev.ferry.protocol.util}. Start reading at {@link dev.ferry.clock.NanoClock}.
 */
@NullMarked
package dev.ferry.clock;

import org.jspecify.annotations.NullMarked;

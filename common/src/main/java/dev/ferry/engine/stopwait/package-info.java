/** Stop and wait: one chunk in flight, acknowledged before the next is sent. */
@NullMarked
package dev.ferry.engine.stopwait;

import org.jspecify.annotations.NullMarked;

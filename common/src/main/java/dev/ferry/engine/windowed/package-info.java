/**
 * The parts of the windowed protocol (protocol.md, section 12): which packets and bytes came in,
 * which are in flight, how long a round trip takes, what is lost, and when to send. None is
 * thread-safe, none reads a clock, and none allocates once its arrays have grown.
 */
@NullMarked
package dev.ferry.engine.windowed;

import org.jspecify.annotations.NullMarked;

/**
 * Small values and arithmetic that every other package of the protocol uses: nanoseconds, byte
 * strings, ranges of numbers, and jitter for repetitions. Nothing here knows a message.
 */
@NullMarked
package dev.ferry.protocol.util;

import org.jspecify.annotations.NullMarked;

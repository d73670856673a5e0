/**
 * Small values and arithmetic that every other package of the protocol uses: nanoseconds, byte
 * strings, ranges of numbers, and jitter for repetitions. Nothing here depends on the protocol's
 * messages.
 */
@NullMarked
package dev.ferry.protocol.util;

import org.jspecify.annotations.NullMarked;

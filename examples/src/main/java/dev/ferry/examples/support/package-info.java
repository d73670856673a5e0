/**
 * What the example programs share: connecting and listening, operands, reading and printing. Start
 * reading at {@link dev.ferry.examples.support.Tcp}.
 */
@NullMarked
package dev.ferry.examples.support;

import org.jspecify.annotations.NullMarked;

/**
 * Starts the example programs, which show what a byte stream does to messages, and what helps;
 * examples/README.md walks through them. Each is in a package of its own, in this order: {@code
 * naive}, {@code delimiter}, {@code tlv}, {@code buffered}, {@code download}.
 */
@NullMarked
package dev.ferry.examples;

import org.jspecify.annotations.NullMarked;

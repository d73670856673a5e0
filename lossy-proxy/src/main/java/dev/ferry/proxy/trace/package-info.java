/**
 * The trace: what the proxy did with every datagram, as lines of JSON; written while it runs, read
 * to draw it. No I/O.
 */
@NullMarked
package dev.ferry.proxy.trace;

import org.jspecify.annotations.NullMarked;

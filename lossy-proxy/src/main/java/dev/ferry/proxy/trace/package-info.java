/**
 * The trace: what the proxy did with every datagram, as lines of JSON, written while it runs and
 * read to draw it (docs/trace.md). No I/O: the caller has the file. Start reading at {@link
 * dev.ferry.proxy.trace.TraceEvent}.
 */
@NullMarked
package dev.ferry.proxy.trace;

import org.jspecify.annotations.NullMarked;

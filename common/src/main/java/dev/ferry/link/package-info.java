/** Datagram sockets and the only event loop; the only place that knows threads. */
@NullMarked
package dev.ferry.link;

import org.jspecify.annotations.NullMarked;

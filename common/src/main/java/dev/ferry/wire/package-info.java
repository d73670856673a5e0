/** What stands in a datagram: the messages of the lab protocol and their codec. */
@NullMarked
package dev.ferry.wire;

import org.jspecify.annotations.NullMarked;

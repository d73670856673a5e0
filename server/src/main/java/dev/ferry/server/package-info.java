/** The server: the table of its peers, its limits, and what starts it. */
@NullMarked
package dev.ferry.server;

import org.jspecify.annotations.NullMarked;

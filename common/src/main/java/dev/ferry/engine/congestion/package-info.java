/** How much may be in flight, and how fast it is sent: policies behind one interface. */
@NullMarked
package dev.ferry.engine.congestion;

import org.jspecify.annotations.NullMarked;

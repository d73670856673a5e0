/**
 * How much may be in flight, and how fast it is sent: congestion controllers behind one interface.
 * Start reading at {@link dev.ferry.protocol.recovery.congestion.CongestionController}.
 */
@NullMarked
package dev.ferry.protocol.recovery.congestion;

import org.jspecify.annotations.NullMarked;

/**
 * Loss recovery of Ferry mode (protocol.md, section 12, after RFC 9002): which packets are in
 * flight, how long a round trip takes, what is lost, when to send, what is to be acknowledged. How
 * much may be in flight is decided in {@code congestion}. Nothing here knows files or frames. Start
 * reading at {@code LossDetector}.
 */
@NullMarked
package dev.ferry.protocol.recovery;

import org.jspecify.annotations.NullMarked;

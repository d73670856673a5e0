/**
 * The lab's text protocol, stop and wait (protocol.md, part I): messages and their codec, the
 * sender, the receiver and its retransmission timer. Nothing here knows Ferry mode, except that a
 * sender can hand over to it. Classes with state are not thread-safe. Start reading at {@link
 * dev.ferry.protocol.lab.LabMessage}.
 */
@NullMarked
package dev.ferry.protocol.lab;

import org.jspecify.annotations.NullMarked;

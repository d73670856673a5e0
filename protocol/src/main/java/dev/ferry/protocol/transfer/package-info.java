/**
 * One file on its way over a connection (protocol.md, section 11): sender, receiver, and what they
 * report. Nothing here knows packets. Start reading at {@link
 * dev.ferry.protocol.transfer.Transfer}.
 */
@NullMarked
package dev.ferry.protocol.transfer;

import org.jspecify.annotations.NullMarked;

/**
 * One file on its way over a connection (protocol.md, section 11): sender, receiver, and what they
 * report. What a connection wants of a transfer, and gives it, stands in {@code connection};
 * nothing here knows packets. Start reading at {@link dev.ferry.protocol.transfer.FileSender}.
 */
@NullMarked
package dev.ferry.protocol.transfer;

import org.jspecify.annotations.NullMarked;

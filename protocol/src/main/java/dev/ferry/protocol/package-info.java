/**
 * The seam between the protocol and whatever drives it: the {@link dev.ferry.protocol.Engine}
 * interface, what it sends ({@link dev.ferry.protocol.Transmit}), how a transfer can fail, what lab
 * mode hands over to Ferry mode ({@link dev.ferry.protocol.LabOffer}), and the storage interfaces
 * that the engines read from and write to. No engine is here: see {@code client} and {@code
 * server}. Start reading at {@link dev.ferry.protocol.Engine}.
 */
@NullMarked
package dev.ferry.protocol;

import org.jspecify.annotations.NullMarked;

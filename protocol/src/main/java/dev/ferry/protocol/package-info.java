/**
 * The interface between the protocol and its drivers: {@link dev.ferry.protocol.Engine}, the
 * datagrams that it sends ({@link dev.ferry.protocol.Transmit}), the failures of a transfer, the
 * messages that lab mode hands over to Ferry mode ({@link dev.ferry.protocol.LabOffer}), and the
 * storage interfaces through which the engines read and write files. The engines themselves are in
 * {@code client} and {@code server}. Classes with state are not thread-safe. Start reading at
 * {@link dev.ferry.protocol.Engine}.
 */
@NullMarked
package dev.ferry.protocol;

import org.jspecify.annotations.NullMarked;

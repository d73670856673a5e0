package dev.ferry.client;

import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.client.ClientEvent;
import java.util.function.UnaryOperator;

/**
 * How the server may be reached.
 *
 * @param datagramBytes the largest datagram to send over UDP and IPv4
 * @param framing how packets are told apart over TCP
 * @param network what the engine runs behind over UDP
 */
record TransportOptions(
    Transport transport,
    int datagramBytes,
    StreamFraming framing,
    UnaryOperator<Engine<ClientEvent>> network) {}

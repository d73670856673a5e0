package dev.ferry.client;

import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.client.ClientEvent;
import java.util.function.UnaryOperator;

/**
 * The options of the transport.
 *
 * @param datagramBytes the largest datagram to send over UDP and IPv4
 * @param framing the framing of packets over TCP
 * @param network puts the engine behind an impaired network, for UDP
 */
record TransportOptions(
    Transport transport,
    int datagramBytes,
    StreamFraming framing,
    UnaryOperator<Engine<ClientEvent>> network) {}

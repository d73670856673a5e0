package dev.ferry.runtime;

import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.client.ClientEvent;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How the server may be reached.
 *
 * @param datagramBytes the largest datagram to send over UDP and IPv4, {@value #MIN_DATAGRAM_BYTES}
 *     … 65507, or {@link #AS_THE_PATH_TAKES}; in Ferry mode it is at least 1200
 * @param framing how packets are told apart over TCP
 * @param congestion congestion control of the file over UDP in Ferry mode; null leaves it to the
 *     end that sends the file
 * @param maxRate how fast files may be sent, by either end, in bytes per second, or null for no
 *     cap; asked once a second, on another thread
 * @param offload whether several datagrams may be handed to the kernel in one call, where it takes
 *     that
 * @param network what the engine runs behind over UDP
 */
public record TransportOptions(
    TransportChoice transport,
    int datagramBytes,
    StreamFraming framing,
    @Nullable Congestion congestion,
    @Nullable LongSupplier maxRate,
    boolean offload,
    UnaryOperator<Engine<ClientEvent>> network) {
  /**
   * The value of {@link #datagramBytes} if the user does not say: {@value #DEFAULT_DATAGRAM_BYTES}
   * in lab mode, and what the path turns out to take in Ferry mode.
   */
  public static final int AS_THE_PATH_TAKES = 0;

  /** The smallest value of {@link #datagramBytes} that users may choose. */
  public static final int MIN_DATAGRAM_BYTES = 64;

  /** The payload of one Ethernet frame over IPv4. */
  public static final int DEFAULT_DATAGRAM_BYTES = 1472;
}

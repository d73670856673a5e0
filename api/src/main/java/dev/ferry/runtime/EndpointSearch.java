package dev.ferry.runtime;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * In which order the server's addresses are tried, over the transports that the user allows, until
 * one answers. Not thread-safe.
 */
final class EndpointSearch implements RetryLoop.Connections {
  private final ConnectionRunner connections;
  private final TransportOptions options;
  private final Continuation continuation;

  /**
   * Tries nothing yet.
   *
   * @param continuation knows whether a server has agreed to the transfer
   */
  EndpointSearch(
      ConnectionRunner connections, TransportOptions options, Continuation continuation) {
    this.connections = connections;
    this.options = options;
    this.continuation = continuation;
  }

  @Override
  public ClientEvent search(List<InetSocketAddress> addresses) throws IOException {
    return switch (options.transport()) {
      case UDP -> overUdp(addresses, true);
      case TCP -> overTcp(addresses);
      case AUTO -> overEither(addresses);
    };
  }

  @Override
  public ClientEvent overStream() throws IOException {
    return connections.overStream();
  }

  @Override
  public Left left() {
    return connections.left();
  }

  @Override
  public @Nullable InetSocketAddress lastServer() {
    return connections.lastServer();
  }

  /**
   * Tries UDP for a short time, then TCP, and UDP again for the whole time if TCP does not work
   * either: at the address that has answered before, if one has.
   */
  private ClientEvent overEither(List<InetSocketAddress> addresses) throws IOException {
    ClientEvent udp = overUdp(addresses, false);
    if (!neverAnswered(udp)) {
      return udp;
    }
    Optional<IOException> udpError = connections.lastError();
    ClientEvent tcp = overTcp(addresses);
    if (!neverAnswered(tcp)) {
      return tcp;
    }
    connections.lastErrorIs(udpError);
    boolean stays = continuation.isAgreed();
    return isNoAnswer(udp) ? overUdp(stays ? addresses.subList(0, 1) : addresses, true) : udp;
  }

  /** Tries the addresses until one answers; only the last one gets the whole time. */
  private ClientEvent overUdp(List<InetSocketAddress> addresses, boolean waitsLong)
      throws IOException {
    ClientEvent end = ConnectionRunner.NO_ANSWER;
    for (int i = 0; i < addresses.size() && neverAnswered(end); i++) {
      boolean last = i == addresses.size() - 1;
      end =
          connections.overUdp(
              Endpoint.overUdp(
                  addresses.get(i), options, waitsLong && last, continuation.isAgreed()));
    }
    return end;
  }

  private ClientEvent overTcp(List<InetSocketAddress> addresses) throws IOException {
    ClientEvent end = ConnectionRunner.NO_ANSWER;
    for (int i = 0; i < addresses.size() && neverAnswered(end); i++) {
      end =
          connections.overTcp(
              Endpoint.overTcp(addresses.get(i), options, i == addresses.size() - 1));
    }
    return end;
  }

  private static boolean isNoAnswer(ClientEvent end) {
    return end instanceof ClientEvent.Failed failed
        && failed.failure() instanceof TransferFailure.NoAnswer;
  }

  /** Whether another address or another transport may be tried. */
  static boolean neverAnswered(ClientEvent end) {
    return end instanceof ClientEvent.Failed failed
        && (failed.failure() instanceof TransferFailure.NoAnswer
            || failed.failure() instanceof TransferFailure.TurnedAway
            || (failed.failure() instanceof TransferFailure.NothingListens nothing
                && !nothing.answeredBefore()));
  }
}

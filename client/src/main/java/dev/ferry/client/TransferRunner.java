package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.HostPort;
import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.util.Udp;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.TcpTransport;
import dev.ferry.transport.UdpTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs one transfer with the first endpoint of the server that answers. Each attempt has a new
 * local port.
 */
final class TransferRunner {
  private static final int CONNECT_TIMEOUT_MS = 5000;

  private static final ClientEvent NO_ANSWER =
      new ClientEvent.Failed(new TransferFailure.NoAnswer(), new TransferStats(0, 0, 0, 0, -1));

  private final HostPort server;
  private final FileTransfer transfer;
  private final TransportOptions options;
  private final ClientReport report;
  private @Nullable IOException lastError;
  private volatile @Nullable RunListener current;

  /** Creates a runner; {@link #run} starts the transfer. */
  TransferRunner(
      HostPort server, FileTransfer transfer, TransportOptions options, ClientReport report) {
    this.server = server;
    this.transfer = transfer;
    this.options = options;
    this.report = report;
  }

  /** The last error of the operating system, shown if the server does not answer. */
  Optional<IOException> lastError() {
    return Optional.ofNullable(lastError);
  }

  /** Whether the same command would resume the transfer. Thread-safe. */
  boolean isResumable() {
    RunListener listener = current;
    return listener != null && listener.isResumable();
  }

  /**
   * Stops the transfer, and tells the server; {@link #run} returns soon afterwards. Thread-safe.
   *
   * @return whether an attempt is under way
   */
  boolean stop() {
    RunListener listener = current;
    if (listener == null) {
      return false;
    }
    listener.stop();
    return true;
  }

  /**
   * Tries the transports that the user allows, at the server's addresses in turn, until one
   * answers.
   *
   * @return {@link ClientEvent.Completed} or {@link ClientEvent.Failed}
   * @throws IOException if no socket can be opened
   */
  ClientEvent run(List<InetSocketAddress> addresses) throws CommandException, IOException {
    return switch (options.transport()) {
      case UDP -> overUdp(addresses, true);
      case TCP -> overTcp(addresses);
      case AUTO -> overEither(addresses);
    };
  }

  /**
   * Tries UDP for a short time, then TCP, and UDP again for the whole time if TCP does not work
   * either.
   */
  private ClientEvent overEither(List<InetSocketAddress> addresses)
      throws CommandException, IOException {
    ClientEvent udp = overUdp(addresses, false);
    if (!neverAnswered(udp)) {
      return udp;
    }
    Optional<IOException> udpError = lastError();
    ClientEvent tcp = overTcp(addresses);
    if (!neverAnswered(tcp)) {
      return tcp;
    }
    lastError = udpError.orElse(null);
    return isNoAnswer(udp) ? overUdp(addresses, true) : udp;
  }

  /** Tries the addresses until one answers; only the last one gets the whole time. */
  private ClientEvent overUdp(List<InetSocketAddress> addresses, boolean waitsLong)
      throws CommandException, IOException {
    ClientEvent end = NO_ANSWER;
    for (int i = 0; i < addresses.size() && neverAnswered(end); i++) {
      boolean last = i == addresses.size() - 1;
      end = overUdp(Endpoint.overUdp(addresses.get(i), options.datagramBytes(), waitsLong && last));
    }
    return end;
  }

  private ClientEvent overTcp(List<InetSocketAddress> addresses)
      throws CommandException, IOException {
    ClientEvent end = NO_ANSWER;
    for (int i = 0; i < addresses.size() && neverAnswered(end); i++) {
      end = overTcp(Endpoint.overTcp(addresses.get(i), i == addresses.size() - 1));
    }
    return end;
  }

  private ClientEvent overUdp(Endpoint endpoint) throws CommandException, IOException {
    try (DatagramChannel channel = DatagramChannel.open();
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      try {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, Udp.SOCKET_BUFFER_BYTES);
        channel.connect(endpoint.server());
      } catch (SocketException e) {
        // No route, or a link-local address without a scope: the same as no answer.
        lastError = e;
        return NO_ANSWER;
      }
      ClientEngine engine = begin(endpoint, loop);
      Engine<ClientEvent> driven = options.network().apply(engine);
      // Impairments may delay the last datagram.
      RunListener listener = listen(engine, loop, driven != engine);
      UdpTransport<ClientEvent> transport = new UdpTransport<>(channel, driven, listener);
      loop.add(transport);
      loop.run();
      lastError = transport.lastError().orElse(null);
      return listener.end();
    }
  }

  private ClientEvent overTcp(Endpoint endpoint) throws CommandException, IOException {
    try (SocketChannel channel = SocketChannel.open();
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      try {
        channel.socket().connect(endpoint.server(), CONNECT_TIMEOUT_MS);
      } catch (IOException e) {
        lastError = e;
        return NO_ANSWER;
      }
      lastError = null;
      if (options.transport() == Transport.AUTO) {
        report.goesOnOverTcp(server);
      }
      ClientEngine engine = begin(endpoint, loop);
      // The peer must read the close first: data that it still sends would reset the connection.
      RunListener listener = listen(engine, loop, true);
      loop.add(TcpTransport.ofClient(channel, options.framing(), engine, listener));
      loop.run();
      return listener.end();
    }
  }

  private ClientEngine begin(Endpoint endpoint, EventLoop loop) throws CommandException {
    return transfer.begin(endpoint, loop, NanoClock.SYSTEM.nanoTime());
  }

  private RunListener listen(ClientEngine engine, EventLoop loop, boolean lingers) {
    RunListener listener = new RunListener(server, engine, loop, report, lingers);
    current = listener;
    return listener;
  }

  private static boolean isNoAnswer(ClientEvent end) {
    return end instanceof ClientEvent.Failed failed
        && failed.failure() instanceof TransferFailure.NoAnswer;
  }

  /** Whether another address or another transport may be tried. */
  private static boolean neverAnswered(ClientEvent end) {
    return isNoAnswer(end)
        || (end instanceof ClientEvent.Failed failed
            && (failed.failure() instanceof TransferFailure.NothingListens nothing
                && !nothing.answeredBefore()));
  }
}

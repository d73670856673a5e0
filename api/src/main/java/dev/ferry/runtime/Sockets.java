package dev.ferry.runtime;

import dev.ferry.runtime.ListenException.Reason;
import dev.ferry.transport.LocalSockets;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server's sockets: a UDP port and, unless it is switched off, the TCP port with the same
 * number.
 */
final class Sockets implements AutoCloseable {
  /** The number of connections that may wait to be accepted. */
  private static final int TCP_BACKLOG = 1024;

  /** How often to choose a free UDP port until the TCP port with the same number is free, too. */
  private static final int PORT_ATTEMPTS = 20;

  private final LocalSockets datagrams;
  private final @Nullable ServerSocketChannel streams;

  private Sockets(LocalSockets datagrams, @Nullable ServerSocketChannel streams) {
    this.datagrams = datagrams;
    this.streams = streams;
  }

  /**
   * Binds the sockets; port 0 stands for any free port.
   *
   * @throws ListenException if a port cannot be bound
   */
  static Sockets bind(InetSocketAddress address, boolean withStreams) throws ListenException {
    int attempts = address.getPort() == 0 && withStreams ? PORT_ATTEMPTS : 1;
    while (true) {
      LocalSockets datagrams = bindDatagrams(address);
      try {
        return new Sockets(datagrams, withStreams ? bindStreams(datagrams.main()) : null);
      } catch (IOException e) {
        closeQuietly(datagrams);
        if (--attempts == 0) {
          throw new ListenException(
              Reason.TCP_PORT,
              "cannot listen on TCP port " + address.getPort() + ": " + e.getMessage(),
              e);
        }
      }
    }
  }

  private static LocalSockets bindDatagrams(InetSocketAddress address) throws ListenException {
    try {
      return LocalSockets.bind(address);
    } catch (BindException e) {
      throw new ListenException(
          Reason.UDP_PORT, "cannot listen on port " + address.getPort() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ListenException(Reason.SOCKET, "cannot open a socket: " + e.getMessage(), e);
    }
  }

  private static ServerSocketChannel bindStreams(DatagramChannel datagrams) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      return channel.bind(datagrams.getLocalAddress(), TCP_BACKLOG);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static void closeQuietly(LocalSockets sockets) {
    try {
      sockets.close();
    } catch (IOException e) {
      // Nothing has been received.
    }
  }

  /** The address of both sockets. */
  InetSocketAddress address() throws IOException {
    return (InetSocketAddress) datagrams.main().getLocalAddress();
  }

  /** How many bytes the UDP socket holds until the server reads them. */
  int receiveBufferBytes() throws IOException {
    return datagrams.main().getOption(StandardSocketOptions.SO_RCVBUF);
  }

  LocalSockets datagrams() {
    return datagrams;
  }

  /** The TCP socket; empty if streams are not wanted. */
  Optional<ServerSocketChannel> streams() {
    return Optional.ofNullable(streams);
  }

  @Override
  public void close() throws IOException {
    datagrams.close();
    if (streams != null) {
      streams.close();
    }
  }
}

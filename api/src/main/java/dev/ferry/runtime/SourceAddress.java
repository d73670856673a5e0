package dev.ferry.runtime;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import dev.ferry.storage.CodeDirectory;
import dev.ferry.transport.DontFragment;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.UdpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Follows the address of this machine while the server is silent: a connected socket keeps the
 * address that it had at first, although the machine may have another by now. Used on the thread of
 * the loop only.
 */
final class SourceAddress {
  private static final long CHECK_NS = Nanos.SECOND;

  private final InetSocketAddress server;
  private final UdpTransport<?> transport;
  private final EventLoop loop;
  private DatagramChannel channel;
  private long checkNs = Nanos.NEVER;
  private boolean forbidsFragments;

  /**
   * Begins with the address of a socket.
   *
   * @param channel that of the transport
   */
  SourceAddress(
      InetSocketAddress server,
      DatagramChannel channel,
      UdpTransport<?> transport,
      EventLoop loop) {
    this.server = server;
    this.channel = channel;
    this.transport = transport;
    this.loop = loop;
  }

  /** Opens a socket, with any port, whose address is the one from which the system would send. */
  static DatagramChannel connect(InetSocketAddress server) throws IOException {
    DatagramChannel opened = DatagramChannel.open();
    try {
      opened.setOption(StandardSocketOptions.SO_RCVBUF, Udp.SOCKET_BUFFER_BYTES);
      return opened.connect(server);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  /** The address from which the system would send to a server; empty if there is no way there. */
  static Optional<InetAddress> to(InetSocketAddress server) {
    try (DatagramChannel channel = connect(server)) {
      return Optional.of(addressOf(channel).getAddress());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Goes on over another socket if the system would send from another address than this one. */
  void follow(long nowNs) {
    if (checkNs != Nanos.NEVER && !Nanos.isDue(checkNs, nowNs)) {
      return;
    }
    checkNs = Nanos.after(nowNs, CHECK_NS);
    try {
      DatagramChannel other = connect(server);
      if (addressOf(other).getAddress().equals(addressOf(channel).getAddress())) {
        other.close();
      } else {
        transport.moveTo(other, loop);
        channel = other;
        if (forbidsFragments) {
          DontFragment.set(other);
        }
      }
    } catch (IOException e) {
      // There is no way to the server at the moment: the old socket will do as well.
    }
  }

  /**
   * Forbids that what is sent is cut on the way, as soon as that is possible.
   *
   * @param then is told of the time once it is, on the loop's thread; perhaps never
   */
  void forbidFragments(LongConsumer then) {
    if (forbidsFragments || DontFragment.isSet(channel)) {
      return;
    }
    DontFragment.prepare(
        channel,
        CodeDirectory::find,
        () ->
            loop.execute(
                nowNs -> {
                  forbidsFragments = true;
                  DontFragment.set(channel);
                  if (DontFragment.isSet(channel)) {
                    then.accept(nowNs);
                  }
                }));
  }

  /** The socket in use. */
  DatagramChannel channel() {
    return channel;
  }

  private static InetSocketAddress addressOf(DatagramChannel channel) throws IOException {
    return (InetSocketAddress) channel.getLocalAddress();
  }

  /** Closes the socket. */
  void close() throws IOException {
    channel.close();
  }
}

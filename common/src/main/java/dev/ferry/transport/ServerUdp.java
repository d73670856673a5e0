package dev.ferry.transport;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/**
 * Drives one engine over all sockets of a {@link LocalSockets}, and follows the addresses of this
 * machine as they come and go.
 *
 * @param <E> the events of the engine
 */
public final class ServerUdp<E> {
  private final LocalSockets sockets;
  private final EventLoop loop;
  private final UdpOffload offload;
  private final LocalUdpSocket socket;
  private final UdpTransport<E> transport;

  private ServerUdp(
      LocalSockets sockets,
      EventLoop loop,
      UdpOffload offload,
      Engine<E> engine,
      EngineListener<E> listener)
      throws IOException {
    this.offload = offload;
    this.sockets = sockets;
    this.loop = loop;
    this.socket = new LocalUdpSocket(sockets, offload);
    this.transport = new UdpTransport<>(socket, engine, listener);
  }

  /**
   * Adds the transports to a loop.
   *
   * @param sockets become non-blocking; the loop does not close them
   * @param offload of this loop only
   * @throws IOException if a socket is closed
   */
  public static <E> void add(
      LocalSockets sockets,
      EventLoop loop,
      UdpOffload offload,
      Engine<E> engine,
      EngineListener<E> listener)
      throws IOException {
    ServerUdp<E> udp = new ServerUdp<>(sockets, loop, offload, engine, listener);
    loop.add(udp.new Main());
    for (DatagramChannel channel : sockets.others()) {
      loop.add(udp.new Other(channel));
    }
  }

  /** The socket for all addresses; drives the engine. */
  private final class Main implements Transport {
    private long followNs = Nanos.NEVER;

    @Override
    public SelectableChannel channel() {
      return transport.channel();
    }

    @Override
    public void joined(SelectionKey key) {
      transport.joined(key);
    }

    @Override
    public void onReady(NanoClock clock, long toldNs) throws IOException {
      transport.onReady(clock, toldNs);
    }

    @Override
    public void turn(long nowNs) throws IOException {
      if (sockets.followsAddresses()) {
        follow(nowNs);
      }
      transport.turn(nowNs);
    }

    private void follow(long nowNs) throws IOException {
      if (Nanos.isDue(followNs, nowNs)) {
        for (DatagramChannel channel : sockets.follow()) {
          loop.add(new Other(channel));
        }
      }
      if (followNs == Nanos.NEVER || Nanos.isDue(followNs, nowNs)) {
        followNs = Nanos.after(nowNs, LocalSockets.FOLLOW_NS);
      }
    }

    @Override
    public long nextTimeout() {
      return Nanos.earlier(transport.nextTimeout(), followNs);
    }

    @Override
    public boolean isClosed() {
      return false;
    }
  }

  /** The socket for one address; hands over what it receives. */
  private final class Other implements Transport {
    private final BatchedUdpSocket own;

    Other(DatagramChannel channel) throws IOException {
      own = new BatchedUdpSocket(channel, offload);
    }

    @Override
    public SelectableChannel channel() {
      return own.channel();
    }

    @Override
    public void joined(SelectionKey key) {
      key.interestOps(SelectionKey.OP_READ);
    }

    @Override
    public void onReady(NanoClock clock, long toldNs) throws IOException {
      if (own.channel().isOpen()) {
        socket.readFrom(own);
        transport.onReady(clock, toldNs);
      }
    }

    @Override
    public void turn(long nowNs) {}

    @Override
    public long nextTimeout() {
      return Nanos.NEVER;
    }

    @Override
    public boolean isClosed() {
      return !own.channel().isOpen();
    }
  }
}

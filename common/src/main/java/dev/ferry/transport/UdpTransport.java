package dev.ferry.transport;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Drives one engine over one datagram socket. The engine handles all datagrams of a batch before it
 * sends.
 *
 * <p>An error that the network reports about the path, such as an unreachable host, counts as loss:
 * the protocol recovers from losses, and paths come back.
 *
 * @param <E> the events of the engine
 */
public final class UdpTransport<E> implements Transport {
  private UdpSocket socket;
  private final UdpOffload offload;
  private final Engine<E> engine;
  private final EngineListener<E> listener;
  private final PathErrors errors = new PathErrors();
  private final ReceiveBatch received = new ReceiveBatch();
  private final Transmit transmit = new Transmit(Udp.MAX_PAYLOAD_BYTES, Transmit.MAX_DATAGRAMS);
  private @Nullable SelectionKey key;
  private boolean blocked;

  /** The key of the socket that accepts no more; null if none was. */
  private @Nullable SelectionKey blockedKey;

  /**
   * Creates a transport for an engine, whose datagrams are system calls of their own.
   *
   * @param channel bound, or connected to the engine's only peer; becomes non-blocking
   * @throws IOException if it is closed
   */
  public UdpTransport(DatagramChannel channel, Engine<E> engine, EngineListener<E> listener)
      throws IOException {
    this(channel, UdpOffload.off(), engine, listener);
  }

  /**
   * Creates a transport for an engine.
   *
   * @param channel bound, or connected to the engine's only peer; becomes non-blocking
   * @param offload of the loop that the transport is added to
   * @throws IOException if it is closed
   */
  public UdpTransport(
      DatagramChannel channel, UdpOffload offload, Engine<E> engine, EngineListener<E> listener)
      throws IOException {
    this(UdpSocket.over(channel, offload), offload, engine, listener);
  }

  UdpTransport(UdpSocket socket, Engine<E> engine, EngineListener<E> listener) {
    this(socket, UdpOffload.off(), engine, listener);
  }

  private UdpTransport(
      UdpSocket socket, UdpOffload offload, Engine<E> engine, EngineListener<E> listener) {
    this.socket = socket;
    this.offload = offload;
    this.engine = engine;
    this.listener = listener;
  }

  /**
   * Goes on over another channel, and closes the one before.
   *
   * @param channel connected to the same peer; becomes non-blocking
   * @param loop that the transport was added to
   * @throws IOException if it is closed
   */
  public void moveTo(DatagramChannel channel, EventLoop loop) throws IOException {
    SelectableChannel before = socket.channel();
    socket = UdpSocket.over(channel, offload);
    blocked = false;
    loop.rejoin(this);
    before.close();
  }

  /** The last error of the path, which tells the user why nothing arrives. */
  public Optional<IOException> lastError() {
    return errors.last();
  }

  @Override
  public SelectableChannel channel() {
    return socket.channel();
  }

  @Override
  public void joined(SelectionKey newKey) {
    key = newKey.interestOps(SelectionKey.OP_READ);
  }

  @Override
  public boolean isClosed() {
    return false;
  }

  @Override
  public void onReady(NanoClock clock, long toldNs) throws IOException {
    received.clear();
    boolean unreachable = receive();
    long nowNs = clock.nanoTime();
    long arrivedNs = toldNs;
    for (int i = 0; i < received.datagrams(); i++) {
      arrivedNs = Nanos.later(arrivedNs, nowNs - received.waitedNs(i));
      engine.handle(received.datagram(i), received.sender(i), arrivedNs);
    }
    if (unreachable) {
      engine.onUnreachable(nowNs);
    }
    setBlocked(false); // The channel may be ready for reading only: then sending blocks again.
    send(nowNs); // At once, so that a waiting peer can go on meanwhile.
  }

  /** Fills the batch; returns whether nothing listens at the peer's port. */
  private boolean receive() throws IOException {
    while (true) {
      try {
        socket.receive(received);
        errors.none();
        return false;
      } catch (PortUnreachableException e) {
        return true;
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        errors.add(e);
      }
    }
  }

  @Override
  public void turn(long nowNs) throws IOException {
    engine.onTimeout(nowNs);
    send(nowNs);
    for (E event = engine.pollEvent(); event != null; event = engine.pollEvent()) {
      listener.onEvent(event, nowNs);
    }
    listener.beforeWait(nowNs);
  }

  @Override
  public long nextTimeout() {
    return engine.nextTimeout();
  }

  /** Sends the datagrams that the kernel did not accept before, and then further ones. */
  private void send(long nowNs) throws IOException {
    if (blocked && blockedKey != null && !blockedKey.isValid()) {
      setBlocked(false); // It is closed, as its address is gone, and will never be ready.
    }
    if (!blocked) {
      do {
        sendAll(nowNs);
      } while (!blocked && engine.pollTransmit(nowNs, transmit));
    }
  }

  /** Sends the remaining datagrams of the transmit, until the kernel accepts no more for now. */
  private void sendAll(long nowNs) throws IOException {
    while (!blocked && transmit.hasRemaining()) {
      try {
        setBlocked(!socket.send(transmit));
      } catch (PortUnreachableException e) {
        engine.onUnreachable(nowNs);
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        if (transmit.segmentBytes() > Udp.SAFE_PAYLOAD_BYTES) {
          engine.onTooLong(transmit.to(), transmit.segmentBytes(), nowNs);
        } else {
          errors.remember(e);
        }
      }
    }
  }

  /**
   * Waits until the socket that accepts no more does so again, or no longer. It need not be the one
   * of {@link #channel}, which may be ready at any time.
   */
  private void setBlocked(boolean nowBlocked) {
    if (blocked != nowBlocked && key != null) {
      if (nowBlocked) {
        blockedKey = socket.blocked().keyFor(key.selector());
      }
      if (blockedKey != null && blockedKey.isValid()) {
        blockedKey.interestOps(
            nowBlocked ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
      }
    }
    blocked = nowBlocked;
  }
}

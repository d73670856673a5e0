package dev.ferry.transport;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.Udp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Drives one engine over one datagram socket.
 *
 * <p>What the network reports about the path, such as a host that cannot be reached, counts as
 * loss, since the protocol repeats what is lost, and paths come back.
 *
 * @param <E> what the engine reports
 */
public final class UdpTransport<E> implements Transport {
  private static final int RECEIVE_BYTES = 65_535;

  /** How many datagrams are taken before others have their turn. */
  private static final int BATCH = 64;

  private final DatagramChannel channel;
  private final @Nullable InetSocketAddress peer;
  private final Engine<E> engine;
  private final EngineListener<E> listener;
  private final PathErrors errors = new PathErrors();
  private final ByteBuffer received = ByteBuffer.allocateDirect(RECEIVE_BYTES);
  private final Transmit transmit = new Transmit(Udp.MAX_PAYLOAD_BYTES);
  private @Nullable SelectionKey key;
  private boolean blocked;

  /**
   * Drives an engine.
   *
   * @param channel bound, or connected to the engine's only peer; is made not to block
   * @throws IOException if it is closed
   */
  public UdpTransport(DatagramChannel channel, Engine<E> engine, EngineListener<E> listener)
      throws IOException {
    this.channel = channel;
    this.peer = (InetSocketAddress) channel.getRemoteAddress();
    this.engine = engine;
    this.listener = listener;
    channel.configureBlocking(false);
  }

  /**
   * The last thing that was wrong with the path; a hint for the user when nothing comes through.
   */
  public Optional<IOException> lastError() {
    return errors.last();
  }

  @Override
  public SelectableChannel channel() {
    return channel;
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
  public void onReady(NanoClock clock) throws IOException {
    for (int i = 0; i < BATCH; i++) {
      try {
        InetSocketAddress from = receive();
        errors.none();
        if (from == null) {
          break;
        }
        long nowNs = clock.nanoTime();
        engine.handle(received.flip(), from, nowNs);
        send(nowNs);
      } catch (PortUnreachableException e) {
        engine.onUnreachable(clock.nanoTime());
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        errors.add(e);
      }
    }
    if (blocked) {
      unblock(clock.nanoTime());
    }
  }

  /** The sender of the next datagram, or null if there is none. */
  private @Nullable InetSocketAddress receive() throws IOException {
    received.clear();
    if (peer == null) {
      return (InetSocketAddress) channel.receive(received);
    }
    return channel.read(received) > 0 ? peer : null;
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

  private void send(long nowNs) throws IOException {
    while (!blocked && engine.pollTransmit(nowNs, transmit)) {
      sendAll(nowNs);
    }
  }

  /** Sends what the transmit still holds, unless the kernel takes no more for now. */
  private void sendAll(long nowNs) throws IOException {
    ByteBuffer buffer = transmit.buffer();
    int end = buffer.limit();
    while (buffer.position() < end) {
      int next = Math.min(end, buffer.position() + Math.max(1, transmit.segmentBytes()));
      buffer.limit(next);
      boolean sent = sendOne(buffer, nowNs);
      buffer.limit(end);
      if (!sent) {
        setBlocked(true);
        return;
      }
      buffer.position(next);
    }
  }

  /** Returns false if it must be tried again. */
  private boolean sendOne(ByteBuffer datagram, long nowNs) throws IOException {
    try {
      int bytes = peer == null ? channel.send(datagram, transmit.to()) : channel.write(datagram);
      return bytes > 0;
    } catch (PortUnreachableException e) {
      engine.onUnreachable(nowNs);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      errors.remember(e);
    }
    return true;
  }

  private void unblock(long nowNs) throws IOException {
    setBlocked(false);
    sendAll(nowNs);
    send(nowNs);
  }

  private void setBlocked(boolean nowBlocked) {
    blocked = nowBlocked;
    if (key != null) {
      key.interestOps(
          blocked ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }
  }
}

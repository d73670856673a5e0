package dev.ferry.testkit.process;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.Engine;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.UdpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs an engine, such as one of the lab's peers, over a real socket of the loopback address and on
 * a thread of its own.
 *
 * @param <E> what the engine reports
 */
public final class SocketHost<E> implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 180;

  private final DatagramChannel channel;
  private final InetSocketAddress address;
  private final EventLoop loop;
  private final Thread thread;
  private final BlockingQueue<E> events = new LinkedBlockingQueue<>();
  private volatile IOException failure;

  private SocketHost(DatagramChannel channel, Engine<E> engine, NanoClock clock)
      throws IOException {
    this.channel = channel;
    this.address = (InetSocketAddress) channel.getLocalAddress();
    this.loop = EventLoop.open(clock);
    loop.add(new UdpTransport<>(channel, engine, (event, nowNs) -> events.add(event)));
    this.thread = new Thread(this::drive, "socket-host");
    thread.setDaemon(true);
  }

  /** Starts the engine on a free port. */
  public static <E> SocketHost<E> run(Engine<E> engine) throws IOException {
    return run(engine, NanoClock.SYSTEM);
  }

  /** Starts the engine on a free port and by the given clock. */
  public static <E> SocketHost<E> run(Engine<E> engine, NanoClock clock) throws IOException {
    DatagramChannel channel =
        DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    SocketHost<E> host = new SocketHost<>(channel, engine, clock);
    host.thread.start();
    return host;
  }

  private void drive() {
    try (channel) {
      loop.run();
    } catch (IOException e) {
      failure = e;
    }
  }

  /** Where it is. */
  public InetSocketAddress address() {
    return address;
  }

  /** Waits for the next thing that the engine reports. */
  public E awaitEvent() throws IOException {
    try {
      E event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (event == null) {
        throw new IOException("nothing was reported", failure);
      }
      return event;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** The next thing that the engine has reported so far, or null. */
  public E pollEvent() {
    return events.poll();
  }

  /** Ends the engine and closes its port; from now on its state may be looked at. */
  public void stop() {
    loop.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
  }
}

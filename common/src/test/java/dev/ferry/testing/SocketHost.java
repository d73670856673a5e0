package dev.ferry.testing;

import dev.ferry.engine.Engine;
import dev.ferry.link.EventLoop;
import dev.ferry.time.NanoClock;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

  private final InetSocketAddress address;
  private final EventLoop loop;
  private final Thread thread;
  private final BlockingQueue<E> events = new LinkedBlockingQueue<>();
  private volatile IOException failure;

  private SocketHost(DatagramSocket socket, Engine<E> engine, NanoClock clock) throws IOException {
    this.address = (InetSocketAddress) socket.getLocalSocketAddress();
    this.loop = EventLoop.overBound(socket, clock);
    this.thread = new Thread(() -> drive(engine), "socket-host");
    thread.setDaemon(true);
  }

  /** Starts the engine on a free port. */
  public static <E> SocketHost<E> run(Engine<E> engine) throws IOException {
    return run(engine, NanoClock.SYSTEM);
  }

  /** Starts the engine on a free port and by the given clock. */
  public static <E> SocketHost<E> run(Engine<E> engine, NanoClock clock) throws IOException {
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    SocketHost<E> host = new SocketHost<>(socket, engine, clock);
    host.thread.start();
    return host;
  }

  private void drive(Engine<E> engine) {
    try {
      loop.run(engine, (E event, long nowNs) -> events.add(event));
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

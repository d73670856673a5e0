package dev.ferry.transport;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Drives several {@link Transport}s in one thread. Each round handles arrived datagrams, lets every
 * transport do what is due, and waits. {@link #run} occupies the calling thread. {@link #execute}
 * and {@link #close} may be called from any thread, all other methods only before {@link #run} or
 * from its thread.
 *
 * <p>Deadlines are met to within what the operating system's timers take, some 70 µs on Linux. A
 * selector waits for whole milliseconds only, so the rest of each wait is a parked thread, which no
 * datagram wakes: it looks for datagrams after {@value #MAX_PARK_NS} ns at the latest.
 */
public final class EventLoop implements EngineThread, AutoCloseable {
  private static final long MAX_PARK_NS = 250_000;

  private final RunningTime clock;
  private final Selector selector;
  private final List<Transport> transports = new ArrayList<>();
  private final Queue<LongConsumer> tasks = new ConcurrentLinkedQueue<>();
  private boolean stopped;
  private volatile boolean closed;

  private EventLoop(NanoClock clock, Selector selector) {
    this.clock = new RunningTime(clock);
    this.selector = selector;
  }

  /**
   * Opens a loop without transports.
   *
   * @throws IOException if the operating system cannot open a selector
   */
  public static EventLoop open(NanoClock clock) throws IOException {
    return new EventLoop(clock, Selector.open());
  }

  /**
   * Adds a transport. The loop does not close it.
   *
   * @throws IOException if its channel is closed or blocks
   */
  public void add(Transport transport) throws IOException {
    rejoin(transport);
    transports.add(transport);
  }

  /**
   * Takes notice of the new channel of a transport.
   *
   * @throws IOException if it is closed or blocks
   */
  void rejoin(Transport transport) throws IOException {
    transport.joined(transport.channel().register(selector, 0, transport));
  }

  /** Removes a transport whose channel has been closed. */
  public void remove(Transport transport) {
    transports.remove(transport);
  }

  /**
   * The time that engines and transports are told: it stands still while the process does not run.
   * For the loop's thread, or while the loop does not run.
   */
  public long nanoTime() {
    return clock.nanoTime();
  }

  /**
   * Tells how long a wait outside of {@link #run} should have taken at the most, so that {@link
   * #nanoTime} leaves out what it took longer because the process did not run.
   *
   * @param sinceNs when it began, as {@link #nanoTime} said
   */
  public void waited(long atMostNs, long sinceNs) {
    clock.shouldHaveTaken(atMostNs, sinceNs);
  }

  /**
   * Runs until {@link #stop}, {@link #close} or an interruption of the thread. May be called again
   * after {@link #stop}.
   *
   * @throws IOException if a transport has failed
   */
  public void run() throws IOException {
    stopped = false;
    try {
      while (!stopped && !closed && !Thread.currentThread().isInterrupted()) {
        long nowNs = clock.nanoTime();
        turn(nowNs);
        if (!stopped && !closed) {
          await(nowNs);
        }
      }
    } catch (ClosedSelectorException | CancelledKeyException | ClosedChannelException e) {
      if (!closed) {
        throw e;
      }
    }
  }

  private void turn(long nowNs) throws IOException {
    for (LongConsumer task = tasks.poll(); task != null; task = tasks.poll()) {
      task.accept(nowNs);
    }
    boolean anyClosed = false;
    for (int i = 0; i < transports.size(); i++) {
      Transport transport = transports.get(i);
      transport.turn(nowNs);
      anyClosed |= transport.isClosed();
    }
    if (anyClosed) {
      transports.removeIf(Transport::isClosed);
    }
  }

  /**
   * Waits until something is to be done, and handles what is ready.
   *
   * @param turnNs when the last turn was: the latest time that the transports know
   */
  private void await(long turnNs) throws IOException {
    long deadlineNs = Nanos.NEVER;
    for (int i = 0; i < transports.size(); i++) {
      deadlineNs = Nanos.earlier(deadlineNs, transports.get(i).nextTimeout());
    }
    if (deadlineNs == Nanos.NEVER) {
      selector.select();
    } else {
      long beganNs = clock.nanoTime();
      long waitNs = deadlineNs - beganNs;
      select(waitNs);
      clock.shouldHaveTaken(Math.max(0, waitNs), beganNs);
    }
    long toldNs = turnNs;
    for (SelectionKey key : selector.selectedKeys()) {
      ((Transport) key.attachment()).onReady(clock, toldNs);
      toldNs = clock.nanoTime();
    }
    selector.selectedKeys().clear();
  }

  /** Waits for so long at the most; shorter waits add up, because each turn begins another one. */
  private void select(long waitNs) throws IOException {
    if (waitNs >= Nanos.MILLISECOND) {
      selector.select(waitNs / Nanos.MILLISECOND);
    } else if (selector.selectNow() == 0 && waitNs > 0 && tasks.isEmpty()) {
      LockSupport.parkNanos(this, Math.min(waitNs, MAX_PARK_NS));
      selector.selectNow();
    }
  }

  @Override
  public void execute(LongConsumer task) {
    tasks.add(task);
    selector.wakeup();
  }

  /** Ends {@link #run} after the current round. Only from the loop's own thread. */
  public void stop() {
    stopped = true;
  }

  /** Ends {@link #run} at once. */
  @Override
  public void close() {
    closed = true;
    try {
      selector.close();
    } catch (IOException e) {
      throw new IllegalStateException("a selector cannot be closed", e);
    }
  }
}

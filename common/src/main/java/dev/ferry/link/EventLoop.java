package dev.ferry.link;

import dev.ferry.engine.Engine;
import dev.ferry.engine.EngineThread;
import dev.ferry.engine.Transmit;
import dev.ferry.time.NanoClock;
import dev.ferry.time.Nanos;
import dev.ferry.wire.LabCodec;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Drives one engine over one datagram socket: a blocking receive whose timeout is the engine's next
 * deadline. {@link #run} occupies the calling thread; every other method may be called from any
 * thread.
 *
 * <p>A blocking receive is only woken by a datagram or by closing the socket, so {@link #execute}
 * sends the socket a datagram from a {@link Waker}; {@link #close} closes it. Over a connected
 * socket, which no other datagram can reach, see {@link #expectTasks}.
 */
public final class EventLoop implements EngineThread, AutoCloseable {
  private static final int RECEIVE_BYTES = 65_535;

  /** More errors than this without a datagram or a timeout between them: the socket is broken. */
  private static final int MAX_ERRORS_IN_A_ROW = 100;

  /**
   * A connected socket can be reached by its peer only, and so not be woken: where tasks may come
   * it looks for them so often.
   */
  private static final long TASK_POLL_NS = 5 * Nanos.MILLISECOND;

  private final DatagramSocket socket;
  private final NanoClock clock;
  private final @Nullable Waker waker;
  private final Queue<LongConsumer> tasks = new ConcurrentLinkedQueue<>();
  private final Transmit transmit = new Transmit(LabCodec.MAX_DATAGRAM_BYTES);
  private final DatagramPacket outgoing = new DatagramPacket(new byte[0], 0);
  private final ByteBuffer received = ByteBuffer.allocate(RECEIVE_BYTES);
  private final DatagramPacket incoming = new DatagramPacket(received.array(), RECEIVE_BYTES);
  private volatile boolean stopped;
  private volatile boolean polls;
  private int errorsInARow;
  private volatile @Nullable IOException lastError;

  private EventLoop(DatagramSocket socket, NanoClock clock, @Nullable Waker waker) {
    this.socket = socket;
    this.clock = clock;
    this.waker = waker;
  }

  /**
   * A loop over a bound, unconnected socket, which it owns.
   *
   * @throws IOException if no socket can be had for waking it
   */
  public static EventLoop overBound(DatagramSocket socket, NanoClock clock) throws IOException {
    return new EventLoop(socket, clock, Waker.of(socket));
  }

  /** A loop over a connected socket, which it owns. */
  public static EventLoop overConnected(DatagramSocket socket, NanoClock clock) {
    return new EventLoop(socket, clock, null);
  }

  /** What the loop tells besides driving the engine; called on the loop's thread. */
  public interface Listener<E> {
    /** The engine reports something. */
    void onEvent(E event, long nowNs);

    /** The loop is about to wait. */
    default void beforeWait(long nowNs) {}
  }

  /**
   * Runs until {@link #stop} or {@link #close}.
   *
   * @throws IOException if the socket fails for another reason than being closed
   */
  public <E> void run(Engine<E> engine, Listener<E> listener) throws IOException {
    boolean arrived = false;
    while (!stopped) {
      long nowNs = clock.nanoTime();
      if (arrived) {
        engine.handle(received, sender(), nowNs);
      }
      runTasks(nowNs);
      engine.onTimeout(nowNs);
      send(engine, nowNs);
      report(engine, listener, nowNs);
      listener.beforeWait(nowNs);
      arrived = !stopped && receive(engine, engine.nextTimeout(), nowNs);
    }
  }

  private InetSocketAddress sender() {
    return (InetSocketAddress) incoming.getSocketAddress();
  }

  private void runTasks(long nowNs) {
    for (LongConsumer task = tasks.poll(); task != null; task = tasks.poll()) {
      task.accept(nowNs);
    }
  }

  private <E> void send(Engine<E> engine, long nowNs) throws IOException {
    while (engine.pollTransmit(nowNs, transmit)) {
      ByteBuffer buffer = transmit.buffer();
      outgoing.setSocketAddress(transmit.to());
      while (buffer.hasRemaining()) {
        int bytes = Math.min(buffer.remaining(), Math.max(1, transmit.segmentBytes()));
        outgoing.setData(buffer.array(), buffer.arrayOffset() + buffer.position(), bytes);
        buffer.position(buffer.position() + bytes);
        sendOne(engine, nowNs);
      }
    }
  }

  /**
   * What cannot be sent counts as lost, since the protocol repeats it; only a closed socket ends
   * the loop.
   */
  private <E> void sendOne(Engine<E> engine, long nowNs) {
    try {
      socket.send(outgoing);
    } catch (PortUnreachableException e) {
      engine.onUnreachable(nowNs);
    } catch (IOException e) {
      if (socket.isClosed()) {
        stopped = true;
      } else {
        lastError = e;
      }
    }
  }

  private static <E> void report(Engine<E> engine, Listener<E> listener, long nowNs) {
    for (E event = engine.pollEvent(); event != null; event = engine.pollEvent()) {
      listener.onEvent(event, nowNs);
    }
  }

  /**
   * Whether a datagram for the engine has arrived. What the network reports about the path, such as
   * a host that cannot be reached, counts as loss too: paths come back.
   */
  private <E> boolean receive(Engine<E> engine, long deadlineNs, long nowNs) throws IOException {
    if (Nanos.isDue(deadlineNs, nowNs)) {
      return false;
    }
    long wakeNs = polls ? Nanos.earlier(deadlineNs, nowNs + TASK_POLL_NS) : deadlineNs;
    try {
      socket.setSoTimeout(wakeNs == Nanos.NEVER ? 0 : timeoutMs(wakeNs - nowNs));
      incoming.setLength(RECEIVE_BYTES);
      socket.receive(incoming);
      received.clear().limit(incoming.getLength());
      errorsInARow = 0;
      return waker == null || !waker.sent(incoming);
    } catch (SocketTimeoutException e) {
      errorsInARow = 0;
      return false;
    } catch (PortUnreachableException e) {
      engine.onUnreachable(clock.nanoTime());
      return false;
    } catch (IOException e) {
      if (socket.isClosed()) {
        stopped = true;
      } else if (++errorsInARow > MAX_ERRORS_IN_A_ROW) {
        throw e;
      } else {
        lastError = e;
      }
      return false;
    }
  }

  /** Rounded up, so that the deadline is due when the wait ends. */
  private static int timeoutMs(long waitNs) {
    return (int) Math.min(Integer.MAX_VALUE, (waitNs + Nanos.MILLISECOND - 1) / Nanos.MILLISECOND);
  }

  /**
   * The last error of the operating system when sending or receiving, or null; a hint for the user
   * when nothing gets through.
   */
  public @Nullable IOException lastError() {
    return lastError;
  }

  @Override
  public void execute(LongConsumer task) {
    tasks.add(task);
    if (waker != null) {
      waker.wake();
    }
  }

  /** From now on tasks are run within milliseconds also where the socket is connected. */
  public void expectTasks() {
    polls = waker == null;
  }

  /** Ends {@link #run} once the current round is over. Only from the loop's own thread. */
  public void stop() {
    stopped = true;
  }

  /** Closes the socket, which ends {@link #run} at once. */
  @Override
  public void close() {
    socket.close();
    if (waker != null) {
      waker.close();
    }
  }
}

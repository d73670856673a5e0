package dev.ferry.protocol;

import dev.ferry.protocol.util.Udp;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A protocol engine that does no I/O. Its driver, which is the event loop of a program or a
 * simulator, calls in this order and from one thread:
 *
 * <ol>
 *   <li>{@link #handle} for each of the datagrams that arrived together, if any;
 *   <li>{@link #onTimeout}, at the latest when {@link #nextTimeout} is due;
 *   <li>{@link #pollTransmit} until it returns false, and sends the datagrams;
 *   <li>{@link #pollEvent} until it returns null;
 *   <li>{@link #nextTimeout}, and then waits for the next datagram no longer than that.
 * </ol>
 *
 * <p>So the engine reacts once to a whole batch of datagrams.
 *
 * <p>All times are nanoseconds of one monotonic clock ({@link dev.ferry.protocol.util.Nanos}). No
 * method throws because of a datagram: a malformed one is ignored.
 *
 * @param <E> the events of the engine; a sealed type
 */
public interface Engine<E> {
  /**
   * Handles a datagram that has arrived.
   *
   * @param datagram the payload between position and limit; valid only during the call
   * @param from the sender's address
   */
  void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs);

  /**
   * Handles the report that nothing listens at the peer's port (ICMP port unreachable). Anybody can
   * forge it; see {@link UnreachableReports}.
   */
  void onUnreachable(long nowNs);

  /**
   * The host could not send a datagram, perhaps because it is longer than the interface allows: it
   * is lost. A hint that an engine need not take.
   *
   * @param to where it was to go
   * @param bytes its length
   */
  default void onTooLong(InetSocketAddress to, int bytes, long nowNs) {}

  /**
   * Handles the end of the stream that carries the datagrams: nothing arrives or leaves any more.
   */
  void onDisconnected(long nowNs);

  /** Acts on expired timers. Does nothing unless {@link #nextTimeout} is due. */
  void onTimeout(long nowNs);

  /**
   * Fills in the next datagrams to send: to one peer, as many as may go out together and the
   * transmit has room for.
   *
   * @param transmit is cleared and then filled; its content is undefined if there is nothing to
   *     send
   * @return whether there are datagrams to send
   */
  boolean pollTransmit(long nowNs, Transmit transmit);

  /**
   * When {@link #onTimeout} is to be called at the latest; {@link
   * dev.ferry.protocol.util.Nanos#NEVER} if not at all.
   */
  long nextTimeout();

  /**
   * The largest datagram that the engine has a use for at this time, in bytes. Of a longer one over
   * a stream nothing need be kept: the stream can be closed as soon as its length is known.
   */
  default int largestDatagramBytes() {
    return Udp.MAX_PAYLOAD_BYTES;
  }

  /**
   * Whether the engine has nothing more to do, so that the stream that carries its datagrams can be
   * closed.
   */
  boolean isEnded();

  /** The next event, or null if there is none for now. */
  @Nullable E pollEvent();
}

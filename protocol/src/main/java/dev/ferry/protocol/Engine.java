package dev.ferry.protocol;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A protocol core that does no I/O. Whatever drives it — the event loop of a program or a simulator
 * — calls, in this order and from one thread:
 *
 * <ol>
 *   <li>{@link #handle} for each of the datagrams that arrived together, if any did;
 *   <li>{@link #onTimeout}, at the latest when {@link #nextTimeout} is due;
 *   <li>{@link #pollTransmit} until it returns false, sending what it fills in;
 *   <li>{@link #pollEvent} until it returns null;
 *   <li>{@link #nextTimeout}, and then waits for the next datagram no longer than that.
 * </ol>
 *
 * <p>So what a batch of datagrams gives rise to is done once for all of them.
 *
 * <p>All times are nanoseconds of one monotonic clock ({@link dev.ferry.protocol.util.Nanos}). No
 * method throws because of what a peer sent: a datagram that makes no sense is ignored.
 *
 * @param <E> what the engine reports; a sealed type
 */
public interface Engine<E> {
  /**
   * A datagram arrived.
   *
   * @param datagram the payload between position and limit; valid during the call only
   * @param from the sender's address
   */
  void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs);

  /** The path reports that nothing listens at the peer's port (ICMP port unreachable). */
  void onUnreachable(long nowNs);

  /** The stream that carries the datagrams has broken: nothing will arrive or leave any more. */
  void onDisconnected(long nowNs);

  /** Time has passed. Does nothing unless {@link #nextTimeout} is due. */
  void onTimeout(long nowNs);

  /**
   * Fills in what is to be sent next: to one peer, as many datagrams as may go out together and the
   * transmit has room for.
   *
   * @param transmit cleared and then filled; nothing worth while is in it if there is nothing to
   *     send
   * @return whether there was something to send
   */
  boolean pollTransmit(long nowNs, Transmit transmit);

  /**
   * When {@link #onTimeout} is to be called at the latest; {@link
   * dev.ferry.protocol.util.Nanos#NEVER} if not at all.
   */
  long nextTimeout();

  /**
   * Whether it has nothing more to do, so that a stream which carries its datagrams can be closed.
   */
  boolean isEnded();

  /** The next thing to report, or null if there is nothing more for now. */
  @Nullable E pollEvent();
}

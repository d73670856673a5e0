package dev.ferry.protocol;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One or several datagrams of equal size to one peer, back to back in one buffer, so that a
 * transport can hand them to the kernel in one call; the last may be shorter. Reused from call to
 * call.
 *
 * <p>An engine fills it: {@link #begin} and {@link #finish} for the first datagram, then {@link
 * #beginNext} and {@link #finish} for each further one, as long as it {@link #hasRoom}. A datagram
 * that is begun and not finished is dropped. A driver empties it: {@link #datagram} and {@link
 * #taken} until nothing {@linkplain #hasRemaining remains}, or the whole {@link #buffer} at once.
 */
public final class Transmit {
  /** The largest number of datagrams that kernels accept in one call (Linux: UDP_MAX_SEGMENTS). */
  public static final int MAX_DATAGRAMS = 64;

  private final int maxDatagrams;

  /** The datagrams that are finished and not taken yet. */
  private final ByteBuffer finished;

  private final ByteBuffer filling;
  private final ByteBuffer next;
  private @Nullable InetSocketAddress to;
  private int endBytes;
  private int segmentBytes;
  private int datagrams;
  private boolean lastIsShorter;
  private boolean unproved;

  /**
   * Creates a transmit for a single datagram.
   *
   * @param capacityBytes the largest datagram
   */
  public Transmit(int capacityBytes) {
    this(capacityBytes, 1);
  }

  /**
   * Creates a transmit for several datagrams.
   *
   * @param capacityBytes the largest length of all datagrams together, and so of the first one
   * @param maxDatagrams the largest number of datagrams, 1 or more
   */
  public Transmit(int capacityBytes, int maxDatagrams) {
    if (maxDatagrams < 1) {
      throw new IllegalArgumentException("a datagram at least, not " + maxDatagrams);
    }
    this.maxDatagrams = maxDatagrams;
    this.finished = ByteBuffer.allocate(capacityBytes).limit(0);
    this.filling = finished.duplicate();
    this.next = finished.duplicate();
  }

  /** Removes all datagrams. */
  public void clear() {
    to = null;
    endBytes = 0;
    segmentBytes = 0;
    datagrams = 0;
    lastIsShorter = false;
    unproved = false;
    finished.position(0).limit(0);
  }

  /** Removes all datagrams, and returns the buffer for the first one. */
  public ByteBuffer begin() {
    clear();
    return beginNext();
  }

  /**
   * Returns the buffer for another datagram, which begins at the buffer's position and ends at its
   * limit at the latest: none is larger than the first.
   *
   * @throws IllegalStateException unless it {@link #hasRoom}
   */
  public ByteBuffer beginNext() {
    if (!hasRoom()) {
      throw new IllegalStateException("no room for another datagram");
    }
    filling.limit(datagrams == 0 ? filling.capacity() : endBytes + segmentBytes).position(endBytes);
    return filling;
  }

  /**
   * Ends the datagram that was begun last at the buffer's position.
   *
   * @param peer its destination, the same for all datagrams
   */
  public void finish(InetSocketAddress peer) {
    int bytes = filling.position() - endBytes;
    if (datagrams == 0) {
      to = peer;
      segmentBytes = bytes;
    } else if (!peer.equals(to)) {
      throw new IllegalArgumentException("to " + to + ", and not to " + peer);
    }
    lastIsShorter = bytes < segmentBytes;
    datagrams++;
    endBytes += bytes;
    finished.limit(endBytes);
  }

  /**
   * Notes, until the next {@link #clear}, that nothing shows that anybody receives at the
   * destination: it must not hold up what goes to others, and may be dropped.
   */
  public void markUnproved() {
    unproved = true;
  }

  /** Whether nothing shows that anybody receives at the destination. */
  public boolean isUnproved() {
    return unproved;
  }

  /** Whether another datagram, as large as the first, can follow. */
  public boolean hasRoom() {
    return datagrams == 0
        || (datagrams < maxDatagrams
            && segmentBytes > 0
            && !lastIsShorter
            && endBytes + segmentBytes <= filling.capacity());
  }

  /** The number of finished datagrams, including taken ones. */
  public int datagrams() {
    return datagrams;
  }

  /** The datagrams that have not been taken, between position and limit. */
  public ByteBuffer buffer() {
    return finished;
  }

  /** The destination of the datagrams. Only after {@link #finish}. */
  public InetSocketAddress to() {
    if (to == null) {
      throw new IllegalStateException("nothing was filled in");
    }
    return to;
  }

  /** The size of every datagram but the last, in bytes. */
  public int segmentBytes() {
    return segmentBytes;
  }

  /** Whether a datagram has not been taken. */
  public boolean hasRemaining() {
    return finished.hasRemaining();
  }

  /**
   * The first datagram that has not been taken, between position and limit of a buffer that is
   * valid until the next call.
   */
  public ByteBuffer datagram() {
    int start = finished.position();
    return next.limit(start + Math.min(segmentBytes, finished.remaining())).position(start);
  }

  /** Takes the first datagram: the next one follows. */
  public void taken() {
    finished.position(finished.position() + Math.min(segmentBytes, finished.remaining()));
  }
}

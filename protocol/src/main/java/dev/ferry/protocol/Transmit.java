package dev.ferry.protocol;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One or several datagrams of equal size to one peer, back to back in one buffer, so that a
 * transport can hand them to the kernel in one call; the last may be shorter. Reused from call to
 * call. Not thread-safe.
 *
 * <p>An engine fills it: {@link #begin} and {@link #finish} for the first datagram, then {@link
 * #beginNext} and {@link #finish} for each further one, as long as it {@link #hasRoom}. A datagram
 * that is begun and not finished does not count. A driver empties it: {@link #datagram} and {@link
 * #taken} until nothing {@linkplain #hasRemaining remains}, or the whole {@link #buffer} at once.
 */
public final class Transmit {
  /** As many as kernels take in one call (Linux: UDP_MAX_SEGMENTS). */
  public static final int MAX_DATAGRAMS = 64;

  private final int maxDatagrams;

  /** What is finished and not taken yet. */
  private final ByteBuffer finished;

  private final ByteBuffer filling;
  private final ByteBuffer next;
  private @Nullable InetSocketAddress to;
  private int endBytes;
  private int segmentBytes;
  private int datagrams;
  private boolean lastIsShorter;

  /**
   * Allocates a buffer for a single datagram.
   *
   * @param capacityBytes the largest datagram
   */
  public Transmit(int capacityBytes) {
    this(capacityBytes, 1);
  }

  /**
   * Allocates a buffer.
   *
   * @param capacityBytes how much all datagrams together can hold, and so the largest one
   * @param maxDatagrams how many there may be, 1 or more
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

  /** Empties it. */
  public void clear() {
    to = null;
    endBytes = 0;
    segmentBytes = 0;
    datagrams = 0;
    lastIsShorter = false;
    finished.position(0).limit(0);
  }

  /** Empties it, and hands out the buffer for the first datagram. */
  public ByteBuffer begin() {
    clear();
    return beginNext();
  }

  /**
   * Hands out the buffer for another datagram, which begins at the buffer's position and ends at
   * its limit at the latest: none is larger than the first.
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
   * @param peer where it goes; the same for all
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

  /** Whether another datagram, as large as the first, can follow. */
  public boolean hasRoom() {
    return datagrams == 0
        || (datagrams < maxDatagrams
            && segmentBytes > 0
            && !lastIsShorter
            && endBytes + segmentBytes <= filling.capacity());
  }

  /** How many datagrams were filled in. */
  public int datagrams() {
    return datagrams;
  }

  /** The datagrams that have not been taken, between position and limit. */
  public ByteBuffer buffer() {
    return finished;
  }

  /** Where they go. Only after {@link #finish}. */
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

  /** Whether there is something to be taken. */
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

  /** The datagram is done with. */
  public void taken() {
    finished.position(finished.position() + Math.min(segmentBytes, finished.remaining()));
  }
}

package dev.ferry.protocol;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One or several datagrams of equal size to one peer, back to back in one buffer, so that a
 * transport can hand them to the kernel in one call; the last may be shorter. Reused from call to
 * call. Not thread-safe.
 */
public final class Transmit {
  private final ByteBuffer buffer;
  private @Nullable InetSocketAddress to;
  private int segmentBytes;

  /**
   * Allocates a buffer.
   *
   * @param capacityBytes how much one transmit can carry
   */
  public Transmit(int capacityBytes) {
    this.buffer = ByteBuffer.allocate(capacityBytes);
  }

  /** Empties the buffer and hands it out to be filled from position 0. */
  public ByteBuffer begin() {
    return buffer.clear();
  }

  /** Ends the filling with a single datagram. */
  public void finish(InetSocketAddress peer) {
    finish(peer, buffer.position());
  }

  /**
   * Ends the filling.
   *
   * @param datagramBytes the size of every datagram but the last, which holds the rest
   */
  public void finish(InetSocketAddress peer, int datagramBytes) {
    buffer.flip();
    to = peer;
    segmentBytes = datagramBytes;
  }

  /** The datagrams, between position and limit. */
  public ByteBuffer buffer() {
    return buffer;
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
}

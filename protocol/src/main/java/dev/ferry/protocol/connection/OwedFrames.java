package dev.ferry.protocol.connection;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The control frames that a connection owes its peer: those of its files, in the order in which
 * they came to owe something, and those about the connection itself, which come last. Not
 * thread-safe.
 */
final class OwedFrames {
  /** The file of frames that are about none. */
  static final int NO_FILE = -1;

  private final Queue<ControlFrameQueue> owing = new ArrayDeque<>();
  private final ControlFrameQueue own = new ControlFrameQueue(NO_FILE, queue -> {});

  /** A queue of control frames about one more file. */
  ControlFrameQueue newQueue(int file) {
    return new ControlFrameQueue(file, this::onOwing);
  }

  private void onOwing(ControlFrameQueue queue) {
    if (!queue.queued) {
      queue.queued = true;
      owing.add(queue);
    }
  }

  /** The frames about the connection itself. */
  ControlFrameQueue own() {
    return own;
  }

  /** Whether there is anything to send. */
  boolean isOwing() {
    return first() != null || own.isOwing();
  }

  private @Nullable ControlFrameQueue first() {
    ControlFrameQueue first = owing.peek();
    while (first != null && !first.isOwing()) {
      owing.remove();
      first.queued = false;
      first = owing.peek();
    }
    return first;
  }

  /**
   * Writes as many of the owed frames as fit.
   *
   * @param number the packet's
   * @param contents is told what was written
   */
  void write(long number, ByteBuffer buffer, PacketContents contents) {
    for (ControlFrameQueue next = first(); next != null; next = first()) {
      if (!contents.hasRoomFor(next.file())) {
        return;
      }
      int kinds = next.write(number, buffer);
      contents.addFrames(next.file(), kinds);
      if (next.isOwing()) {
        return; // It does not fit.
      }
    }
    writeOwn(number, buffer, contents);
  }

  /** Writes those about the connection itself, if they fit. */
  void writeOwn(long number, ByteBuffer buffer, PacketContents contents) {
    if (own.isOwing() && contents.hasRoomFor(NO_FILE)) {
      contents.addFrames(NO_FILE, own.write(number, buffer));
    }
  }
}

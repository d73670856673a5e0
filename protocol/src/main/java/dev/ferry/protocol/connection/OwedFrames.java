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

  /** How many queues have been forgotten since it was made sure that none of these waits. */
  private int forgotten;

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

  /**
   * A queue owes nothing any more, for good. As long as nothing may be sent, no turn comes: so
   * those that are forgotten go when they are half of those that wait.
   */
  void forget(ControlFrameQueue queue) {
    if (queue.queued && ++forgotten > owing.size() / 2) {
      owing.removeIf(OwedFrames::leaves);
      forgotten = 0;
    }
  }

  private static boolean leaves(ControlFrameQueue queue) {
    queue.queued = queue.isOwing();
    return !queue.queued;
  }

  /** How many queues wait for their turn. */
  int waiting() {
    return owing.size();
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

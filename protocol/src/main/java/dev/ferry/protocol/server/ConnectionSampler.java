package dev.ferry.protocol.server;

import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** Looks at connections, no more than some at a time, and at all of them in turn. */
final class ConnectionSampler {
  /** The last connection that was looked at. */
  private long last = -1;

  /**
   * Looks at connections.
   *
   * @param running those there are, in any order, which is changed
   * @param most how many of them
   */
  void sample(
      List<ServerConnection> running, int most, long nowNs, Consumer<ServerSample> samples) {
    running.sort(Comparator.comparingLong(entry -> entry.handshake));
    int first = 0;
    if (running.size() > most) {
      while (first < running.size() && running.get(first).handshake <= last) {
        first++;
      }
    }
    for (int i = 0; i < Math.min(most, running.size()); i++) {
      ServerConnection entry = running.get((first + i) % running.size());
      Open open = entry.open;
      boolean sends = open != null && open.operation() != Operation.PUT;
      samples.accept(
          new ServerSample(nowNs, entry.handshake, sends, entry.connection.snapshot(nowNs)));
      last = entry.handshake;
    }
  }
}

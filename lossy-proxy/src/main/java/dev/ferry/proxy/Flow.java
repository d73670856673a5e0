package dev.ferry.proxy;

import dev.ferry.impair.ImpairmentSpec;
import java.net.InetSocketAddress;

/** What one client and the server say to each other. */
final class Flow {
  final InetSocketAddress client;
  final long number;
  long lastHeardNs;
  private final Pipe up;
  private final Pipe down;

  Flow(InetSocketAddress client, long number, Pipe up, Pipe down) {
    this.client = client;
    this.number = number;
    this.up = up;
    this.down = down;
  }

  Pipe pipe(Direction direction) {
    return direction == Direction.UP ? up : down;
  }

  void reconfigure(ImpairmentSpec changedUp, ImpairmentSpec changedDown) {
    up.reconfigure(changedUp);
    down.reconfigure(changedDown);
  }
}

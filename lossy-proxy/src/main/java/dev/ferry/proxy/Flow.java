package dev.ferry.proxy;

import dev.ferry.impair.ImpairedPath;
import dev.ferry.impair.ImpairmentSpec;
import java.net.InetSocketAddress;

/** What one client and the server say to each other. */
final class Flow {
  final InetSocketAddress client;
  final long number;
  long lastHeardNs;
  private final ImpairedPath up;
  private final ImpairedPath down;

  Flow(InetSocketAddress client, long number, ImpairedPath up, ImpairedPath down) {
    this.client = client;
    this.number = number;
    this.up = up;
    this.down = down;
  }

  ImpairedPath path(Direction direction) {
    return direction == Direction.UP ? up : down;
  }

  void reconfigure(ImpairmentSpec changedUp, ImpairmentSpec changedDown) {
    up.reconfigure(changedUp);
    down.reconfigure(changedDown);
  }
}

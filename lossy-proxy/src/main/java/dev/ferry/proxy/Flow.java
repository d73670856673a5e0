package dev.ferry.proxy;

import dev.ferry.netsim.ImpairedPath;
import dev.ferry.netsim.ImpairmentSpec;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What one client and the server say to each other. */
public final class Flow {
  final InetSocketAddress client;
  final long number;
  long lastHeardNs;

  /** Where the server sees the client; null as long as there is no socket. */
  @Nullable InetSocketAddress upstream;

  private final ImpairedPath up;
  private final ImpairedPath down;

  Flow(InetSocketAddress client, long number, ImpairedPath up, ImpairedPath down) {
    this.client = client;
    this.number = number;
    this.up = up;
    this.down = down;
  }

  /** The address of the client. */
  public InetSocketAddress client() {
    return client;
  }

  /** How many flows there have been, from 1. */
  public long number() {
    return number;
  }

  /** Where the server sees the client: the proxy's own address towards it, or null if unknown. */
  public @Nullable InetSocketAddress upstream() {
    return upstream;
  }

  ImpairedPath path(Direction direction) {
    return direction == Direction.UP ? up : down;
  }

  void reconfigure(ImpairmentSpec changedUp, ImpairmentSpec changedDown) {
    up.reconfigure(changedUp);
    down.reconfigure(changedDown);
  }
}

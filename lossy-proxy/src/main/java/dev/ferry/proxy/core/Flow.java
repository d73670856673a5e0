package dev.ferry.proxy.core;

import dev.ferry.netsim.ImpairedPath;
import dev.ferry.netsim.ImpairmentSpec;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The datagrams between one client and the server, in both directions. */
public final class Flow {
  final InetSocketAddress client;
  final long number;
  long lastHeardNs;

  private @Nullable InetSocketAddress upstream;

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

  /** The number of this flow, counted from 1 in the order in which flows begin. */
  public long number() {
    return number;
  }

  /** Where the server sees the client: the proxy's own address towards it, or null if unknown. */
  public @Nullable InetSocketAddress upstream() {
    return upstream;
  }

  /** Notes where the server sees the client from now on. */
  public void setUpstream(InetSocketAddress address) {
    upstream = address;
  }

  ImpairedPath path(Direction direction) {
    return direction == Direction.UP ? up : down;
  }

  void reconfigure(ImpairmentSpec changedUp, ImpairmentSpec changedDown) {
    up.reconfigure(changedUp);
    down.reconfigure(changedDown);
  }
}

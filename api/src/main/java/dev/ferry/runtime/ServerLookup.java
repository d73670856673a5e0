package dev.ferry.runtime;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the name of the server leads, again and again. Thread-safe. */
final class ServerLookup {
  /** A resolver that takes longer has no network: the addresses that are known will do. */
  private static final long PATIENCE_MS = 2_000;

  private final Resolver resolver;
  private volatile List<InetSocketAddress> known;

  /**
   * Begins with what has been resolved already.
   *
   * @param first the addresses, at least one
   */
  ServerLookup(List<InetSocketAddress> first, Resolver resolver) {
    this.known = List.copyOf(first);
    this.resolver = resolver;
  }

  /** The addresses as far as they are known, in the order in which to try them. */
  List<InetSocketAddress> known() {
    return known;
  }

  /** The addresses now, or the last ones if the name does not resolve; may take long. */
  List<InetSocketAddress> now() {
    try {
      List<InetSocketAddress> found = resolver.resolve();
      if (!found.isEmpty()) {
        known = List.copyOf(found);
      }
    } catch (UnknownHostException e) {
      // Without a network no name resolves.
    }
    return known;
  }

  /** The same, or the last ones if that takes too long. */
  List<InetSocketAddress> soon() {
    Thread thread = new Thread(this::now, "ferry-lookup");
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(PATIENCE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return known;
  }

  /** An address with the name that leads there, as far as it is known. */
  InetSocketAddress named(InetSocketAddress address) {
    return known.stream().filter(address::equals).findFirst().orElse(address);
  }

  /** The same addresses, beginning with one if it is among them. */
  static List<InetSocketAddress> first(
      List<InetSocketAddress> addresses, @Nullable InetSocketAddress first) {
    List<InetSocketAddress> ordered = new ArrayList<>(addresses);
    if (first != null && ordered.remove(first)) {
      ordered.add(0, first);
    }
    return ordered;
  }
}

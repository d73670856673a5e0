package dev.ferry.runtime;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Resolves the name of the server, anew each time: it may lead elsewhere in the middle of a
 * transfer. May be asked on several threads.
 */
@FunctionalInterface
public interface Resolver {
  /**
   * The addresses of the server, in the order in which to try them.
   *
   * @throws UnknownHostException if there are none at the moment
   */
  List<InetSocketAddress> resolve() throws UnknownHostException;
}

package dev.ferry.api;

import dev.ferry.copy.TreeOptions;
import dev.ferry.runtime.Resolver;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.TransferOptions;
import dev.ferry.runtime.TransportOptions;
import dev.ferry.transport.ServerAddresses;

/**
 * What a client has been told of the server, and of how to transfer.
 *
 * @param keepTryingNs for how long a transfer is gone on with, as {@link
 *     dev.ferry.runtime.TransferRunner#keepTrying} has it
 */
record Settings(
    String host,
    int port,
    TransferOptions transfer,
    SecurityOptions security,
    TransportOptions transport,
    long keepTryingNs) {
  /** The server as the user named it. */
  String server() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /**
   * The same for what exists only in Ferry mode.
   *
   * @throws IllegalStateException if the mode is {@link Mode#LAB}
   */
  Settings inFerryMode() {
    return new Settings(host, port, transfer, security.inFerryMode(), transport, keepTryingNs);
  }

  /** The same for a copy. */
  TreeOptions tree(CopyOptions options, boolean verifies) {
    return options.tree(transfer, security.secret() != null, verifies);
  }

  Resolver resolver() {
    return () -> ServerAddresses.resolve(host, port);
  }
}

package dev.ferry.runtime;

import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.storage.KnownServers;
import dev.ferry.storage.PathCache;
import dev.ferry.storage.UserDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this user's programs remember from one transfer to the next: paths, if that is wanted, and
 * which servers have spoken Ferry mode. Not thread-safe.
 */
final class ClientMemory {
  private @Nullable PathCache paths;
  private @Nullable KnownServers known = UserDirectory.state().map(KnownServers::in).orElse(null);
  private boolean remembersLoopback;

  /** Uses and adds to a memory of paths over UDP; there is none otherwise. */
  void rememberPaths(PathCache newPaths) {
    paths = newPaths;
  }

  /**
   * Uses another memory of Ferry servers than this user's.
   *
   * @param loopbackToo whether servers on this machine count, between which and here nobody is
   */
  void rememberServers(KnownServers newKnown, boolean loopbackToo) {
    known = newKnown;
    remembersLoopback = loopbackToo;
  }

  /** The files that say that a server has spoken Ferry mode before; without them it may be any. */
  List<Path> recordsOf(InetSocketAddress server) {
    return known == null || isExempt(server) ? List.of() : known.recordsOf(server);
  }

  private boolean isExempt(InetSocketAddress server) {
    return !remembersLoopback && server.getAddress().isLoopbackAddress();
  }

  /** What is remembered of the path from an address of this machine; null if nothing is. */
  @Nullable PathMemory path(InetSocketAddress server, InetAddress local) {
    return paths == null ? null : paths.find(server, local);
  }

  /** Forgets the path to a server that is another one by now. */
  void forgetPath(InetSocketAddress server) {
    if (paths != null) {
      paths.forget(server);
    }
  }

  /** Remembers what a transfer has found out about its path. */
  void rememberPath(InetSocketAddress server, InetAddress local, ClientEngine engine, long nowNs) {
    PathMemory learned = paths == null ? null : engine.learned(nowNs);
    if (paths != null && learned != null) {
      paths.remember(server, local, learned);
    }
  }

  /**
   * Once the handshake is complete, a server has spoken Ferry mode, whatever becomes of the file.
   */
  void rememberServer(InetSocketAddress server, ClientEngine engine, long nowNs) {
    if (known != null && !isExempt(server) && engine.connection(nowNs) != null) {
      known.remember(server);
    }
  }

  /** Why the server could not be remembered as one that speaks Ferry mode; empty if it was. */
  Optional<IOException> knowledgeTrouble() {
    return known == null ? Optional.empty() : known.trouble();
  }

  /** Why no path could be remembered; empty if that was not tried, or worked. */
  Optional<IOException> pathTrouble() {
    return paths == null ? Optional.empty() : paths.trouble();
  }
}

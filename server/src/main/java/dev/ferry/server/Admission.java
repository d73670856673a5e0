package dev.ferry.server;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import dev.ferry.engine.StorageException;
import dev.ferry.wire.RefusalReason;
import java.net.InetAddress;

/** Bounds how many files are open at a time, in all and for each address. Not thread-safe. */
final class Admission {
  private final ServerLimits limits;
  private final Multiset<InetAddress> open = HashMultiset.create();

  Admission(ServerLimits limits) {
    this.limits = limits;
  }

  /** How many files are open. */
  int openCount() {
    return open.size();
  }

  /**
   * A file is about to be opened for an address.
   *
   * @throws StorageException if there are too many
   */
  void enter(InetAddress address) throws StorageException {
    if (open.size() >= limits.sessions() || open.count(address) >= limits.sessionsPerAddress()) {
      throw new StorageException(RefusalReason.BUSY, "too many transfers at the moment");
    }
    open.add(address);
  }

  /** A file has been closed, or was not opened after all. */
  void leave(InetAddress address) {
    open.remove(address);
  }
}

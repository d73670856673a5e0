package dev.ferry.protocol.server;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** Limits the number of open files, in all and for each address. */
final class Admission {
  private final ServerLimits limits;
  private final Map<InetAddress, Integer> open = new HashMap<>();
  private int openCount;

  Admission(ServerLimits limits) {
    this.limits = limits;
  }

  /** The number of open files. */
  int openCount() {
    return openCount;
  }

  /**
   * Counts a file before it is opened for an address.
   *
   * @throws StorageException if there are too many
   */
  void enter(InetAddress address) throws StorageException {
    if (openCount >= limits.sessions()
        || open.getOrDefault(address, 0) >= limits.sessionsPerAddress()) {
      throw new StorageException(RefusalReason.BUSY, "too many transfers at the moment");
    }
    open.merge(address, 1, Integer::sum);
    openCount++;
  }

  /** Counts a file as closed, or as not opened after all. */
  void leave(InetAddress address) {
    Integer before = open.remove(address);
    if (before != null) {
      openCount--;
      if (before > 1) {
        open.put(address, before - 1);
      }
    }
  }
}

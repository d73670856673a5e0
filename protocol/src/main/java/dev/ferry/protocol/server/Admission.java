package dev.ferry.protocol.server;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.AddressKey;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** Limits the number of open files, in all and for each network of peers. */
final class Admission {
  private final ServerLimits limits;
  private final Map<AddressKey, Integer> open = new HashMap<>();
  private final long hashSeed;
  private int openCount;

  /**
   * Creates a count without files.
   *
   * @param hashSeed unknown to peers
   */
  Admission(ServerLimits limits, long hashSeed) {
    this.limits = limits;
    this.hashSeed = hashSeed;
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
    AddressKey network = AddressKey.ofNetwork(address, hashSeed);
    if (openCount >= limits.sessions()
        || open.getOrDefault(network, 0) >= limits.sessionsPerAddress()) {
      throw new StorageException(RefusalReason.BUSY, "too many transfers at the moment");
    }
    open.merge(network, 1, Integer::sum);
    openCount++;
  }

  /** Counts a file as closed, or as not opened after all. */
  void leave(InetAddress address) {
    AddressKey network = AddressKey.ofNetwork(address, hashSeed);
    Integer before = open.remove(network);
    if (before != null) {
      openCount--;
      if (before > 1) {
        open.put(network, before - 1);
      }
    }
  }
}

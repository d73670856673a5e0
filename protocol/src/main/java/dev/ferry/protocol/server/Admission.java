package dev.ferry.protocol.server;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.NetworkQuota;
import dev.ferry.protocol.util.PeerNetworks;
import java.net.InetAddress;

/** Limits the number of open files, in all and for each network of peers. */
final class Admission {
  private final NetworkQuota open;

  /** Creates a count without files. */
  Admission(ServerLimits limits, PeerNetworks networks) {
    this.open = new NetworkQuota(limits.sessions(), limits.sessionsPerAddress(), networks);
  }

  /** The number of open files. */
  int openCount() {
    return (int) open.taken();
  }

  /**
   * Counts a file before it is opened for an address.
   *
   * @throws StorageException if there are too many
   */
  void enter(InetAddress address) throws StorageException {
    if (!open.tryTake(open.networksOf(address), 1)) {
      throw new StorageException(RefusalReason.BUSY, "too many transfers at the moment");
    }
  }

  /** Counts a file as closed, or as not opened after all. */
  void leave(InetAddress address) {
    open.giveBack(open.networksOf(address), 1);
  }
}

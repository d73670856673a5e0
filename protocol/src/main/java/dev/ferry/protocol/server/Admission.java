package dev.ferry.protocol.server;

import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.NetworkQuota;
import dev.ferry.protocol.util.PeerNetworks;
import java.net.InetAddress;

/** Limits the number of open files, in all and for each network of peers. */
final class Admission {
  private final NetworkQuota open;
  private final Turns turns = Turns.measured();

  /** Creates a count without files. */
  Admission(ServerLimits limits, PeerNetworks networks) {
    this.open = new NetworkQuota(limits.sessions(), limits.sessionsPerAddress(), networks);
  }

  /** The number of open files. */
  int openCount() {
    return (int) open.taken();
  }

  /** Whether nobody has files open but the networks of an address. */
  boolean isAlone(InetAddress address) {
    return open.taken() == open.takenBy(open.networksOf(address));
  }

  /**
   * Counts a file before it is opened for an address.
   *
   * @throws StorageException if there are too many
   */
  void enter(InetAddress address) throws StorageException {
    if (!open.tryTake(open.networksOf(address), 1)) {
      throw busy(0);
    }
  }

  /**
   * Counts a file before it is opened for an address that can be told when to come again.
   *
   * @throws StorageException if there are too many
   */
  void enter(InetAddress address, long nowNs) throws StorageException {
    if (!open.tryTake(open.networksOf(address), 1)) {
      throw busy(turns.next(nowNs));
    }
  }

  private static StorageException busy(long retryAfterSeconds) {
    return StorageException.busy("too many transfers at the moment", retryAfterSeconds);
  }

  /** Counts a file as closed, or as not opened after all. */
  void leave(InetAddress address) {
    open.giveBack(open.networksOf(address), 1);
    turns.freed();
  }
}

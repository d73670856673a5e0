package dev.ferry.protocol.server;

import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.testkit.sim.Tap;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes sure that nobody can aim a server at somebody else: to an address that has not shown that
 * what is sent there is received there goes at most three times what came from there. An address
 * can have shown it at the earliest with the first protected packet from there after something had
 * arrived there.
 */
final class AmplificationAudit implements Tap {
  private static final int LIMIT = 3;

  private static final class Account {
    long receivedBytes;
    long sentBytes;
    boolean reached;
    boolean shown;
  }

  private final InetSocketAddress server;
  private final Map<InetSocketAddress, Account> accounts = new HashMap<>();

  AmplificationAudit(InetSocketAddress server) {
    this.server = server;
  }

  private Account account(InetSocketAddress address) {
    return accounts.computeIfAbsent(address, a -> new Account());
  }

  @Override
  public void arrived(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
    if (from.equals(server)) {
      account(to).reached = true;
    } else if (to.equals(server)) {
      Account account = account(from);
      account.receivedBytes += datagram.length;
      account.shown |= account.reached && isProtected(datagram);
    }
  }

  private static boolean isProtected(byte[] datagram) {
    return datagram.length > 0
        && HandshakeCodec.isFerry(datagram[0])
        && !HandshakeCodec.isHandshake(datagram[0]);
  }

  @Override
  public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
    if (!from.equals(server)) {
      return;
    }
    Account account = account(to);
    account.sentBytes += datagram.length;
    if (!account.shown && account.sentBytes > LIMIT * account.receivedBytes) {
      throw new AssertionError(
          account.sentBytes + " bytes to " + to + " for " + account.receivedBytes);
    }
  }
}

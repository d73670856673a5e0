package dev.ferry.protocol.connection;

import dev.ferry.protocol.FirstPackets;
import dev.ferry.protocol.recovery.DatagramRecovery;
import dev.ferry.protocol.recovery.Recovery;
import dev.ferry.protocol.recovery.StreamRecovery;

/** How a connection goes about it: what carries its packets, and within which limits. Immutable. */
public final class ConnectionConfig {
  private final Recovery.Factory recovery;
  private final int datagramBytes;
  private final long patienceNs;
  private final FirstPackets firstPackets;
  private final ConnectionObserver observer;

  private ConnectionConfig(
      Recovery.Factory recovery,
      int datagramBytes,
      long patienceNs,
      FirstPackets firstPackets,
      ConnectionObserver observer) {
    this.recovery = recovery;
    this.datagramBytes = datagramBytes;
    this.patienceNs = patienceNs;
    this.firstPackets = firstPackets;
    this.observer = observer;
  }

  /**
   * Over a network that may lose, duplicate and reorder datagrams.
   *
   * @param datagramBytes the largest datagram that this end sends, 1200 … 65507
   * @param patienceNs how long to go on without progress
   */
  public static ConnectionConfig overDatagrams(int datagramBytes, long patienceNs) {
    return new ConnectionConfig(
        DatagramRecovery::new,
        datagramBytes,
        patienceNs,
        FirstPackets.LIKE_ALL,
        ConnectionObserver.NONE);
  }

  /**
   * Over a stream, such as a TCP connection, that repairs losses and spares the network itself.
   *
   * @param packetBytes the largest packet that this end sends, 1200 … 65507
   * @param patienceNs how long to go on without progress
   * @param firstPackets how long they may be at first
   */
  public static ConnectionConfig overStream(
      int packetBytes, long patienceNs, FirstPackets firstPackets) {
    return new ConnectionConfig(
        StreamRecovery::new, packetBytes, patienceNs, firstPackets, ConnectionObserver.NONE);
  }

  /** The same with somebody who is told what happens. */
  public ConnectionConfig withObserver(ConnectionObserver newObserver) {
    return new ConnectionConfig(recovery, datagramBytes, patienceNs, firstPackets, newObserver);
  }

  ConnectionObserver observer() {
    return observer;
  }

  Recovery.Factory recovery() {
    return recovery;
  }

  int datagramBytes() {
    return datagramBytes;
  }

  long patienceNs() {
    return patienceNs;
  }

  /** The length of the largest packet at the beginning, in bytes. */
  int firstPacketBytes() {
    return maxPacketBytes(0);
  }

  /** The length of the largest packet with that number, in bytes. */
  int maxPacketBytes(long number) {
    return number < firstPackets.count()
        ? Math.min(firstPackets.maxBytes(), datagramBytes)
        : datagramBytes;
  }
}

package dev.ferry.protocol.connection;

import dev.ferry.protocol.FirstPackets;
import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.recovery.DatagramRecovery;
import dev.ferry.protocol.recovery.PathMtuDiscovery;
import dev.ferry.protocol.recovery.Recovery;
import dev.ferry.protocol.recovery.StreamRecovery;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.wire.TransportParameters;
import org.jspecify.annotations.Nullable;

/**
 * How a connection goes about it: what carries its packets, and within which limits. Immutable, but
 * for the cap.
 */
public final class ConnectionConfig {
  private static final long UNKNOWN = 0;

  private final Recovery.Factory recovery;
  private final boolean searchesMtu;
  private final int datagramBytes;
  private final long patienceNs;
  private FirstPackets firstPackets = FirstPackets.LIKE_ALL;
  private int earlyPackets = TransportParameters.DEFAULT.earlyPackets();
  private long peersOperations = TransportParameters.PUT_AND_GET;
  private long peersKinds;
  private boolean blockSums;
  private boolean peersUnknownSizes;
  private long idlePatienceNs = Long.MAX_VALUE;
  private long peersBufferBytes = UNKNOWN;
  private RateCap cap = new RateCap();
  private ConnectionObserver observer = ConnectionObserver.NONE;
  private @Nullable PathMemory memory;
  private ByteBudget.Share budget = ByteBudget.unlimited();
  private int files = 1;
  private ByteBudget.Share filesMemory = ByteBudget.unlimited();

  private ConnectionConfig(
      Recovery.Factory recovery, boolean searchesMtu, int datagramBytes, long patienceNs) {
    this.recovery = recovery;
    this.searchesMtu = searchesMtu;
    this.datagramBytes = datagramBytes;
    this.patienceNs = patienceNs;
  }

  /** Another one with the same values, to be changed before it is handed out. */
  private ConnectionConfig copy() {
    ConnectionConfig copy = new ConnectionConfig(recovery, searchesMtu, datagramBytes, patienceNs);
    copy.firstPackets = firstPackets;
    copy.earlyPackets = earlyPackets;
    copy.peersOperations = peersOperations;
    copy.peersKinds = peersKinds;
    copy.blockSums = blockSums;
    copy.peersUnknownSizes = peersUnknownSizes;
    copy.idlePatienceNs = idlePatienceNs;
    copy.peersBufferBytes = peersBufferBytes;
    copy.cap = cap;
    copy.observer = observer;
    copy.memory = memory;
    copy.budget = budget;
    copy.files = files;
    copy.filesMemory = filesMemory;
    return copy;
  }

  /**
   * Over a network that may lose, duplicate and reorder datagrams.
   *
   * @param datagramBytes the largest datagram that this end sends, 1200 … 65507
   * @param patienceNs how long to go on without progress
   */
  public static ConnectionConfig overDatagrams(int datagramBytes, long patienceNs) {
    return overDatagrams(datagramBytes, patienceNs, CongestionAlgorithm.MODEL);
  }

  /**
   * The same with another congestion control than the default.
   *
   * @param datagramBytes the largest datagram that this end sends, 1200 … 65507
   * @param patienceNs how long to go on without progress
   */
  public static ConnectionConfig overDatagrams(
      int datagramBytes, long patienceNs, CongestionAlgorithm algorithm) {
    return new ConnectionConfig(DatagramRecovery.with(algorithm), true, datagramBytes, patienceNs);
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
    ConnectionConfig config =
        new ConnectionConfig(StreamRecovery::new, false, packetBytes, patienceNs);
    config.firstPackets = firstPackets;
    return config;
  }

  /**
   * The same with another first flight.
   *
   * @param packets how many packets of content the server takes before it has accepted a put, 0 or
   *     more
   */
  public ConnectionConfig withEarlyPackets(int packets) {
    ConnectionConfig changed = copy();
    changed.earlyPackets = packets;
    return changed;
  }

  /**
   * The same to a server that answers other operations.
   *
   * @param sum the sum of their bits
   */
  public ConnectionConfig withPeersOperations(long sum) {
    ConnectionConfig changed = copy();
    changed.peersOperations = sum;
    return changed;
  }

  /**
   * The same to a peer that takes other kinds of files besides regular ones.
   *
   * @param sum the sum of their bits
   */
  public ConnectionConfig withPeersKinds(long sum) {
    ConnectionConfig changed = copy();
    changed.peersKinds = sum;
    return changed;
  }

  /**
   * The same between ends that say this of what they can check a file by.
   *
   * @param own {@link TransportParameters#checks} of this end
   * @param peers of the other one
   */
  public ConnectionConfig withChecks(long own, long peers) {
    ConnectionConfig changed = copy();
    changed.blockSums = (own & peers & TransportParameters.BY_BLOCK_SUMS) != 0;
    return changed;
  }

  /**
   * The same to a server that takes files whose size is not known yet, or does not.
   *
   * @param taken whether it has said so
   */
  public ConnectionConfig withPeersUnknownSizes(boolean taken) {
    ConnectionConfig changed = copy();
    changed.peersUnknownSizes = taken;
    return changed;
  }

  /**
   * The same with another patience with a peer that is heard, but whose source has nothing to send,
   * or whose reader takes nothing (protocol.md, section 11.8).
   *
   * @param ns {@link Long#MAX_VALUE} for no end
   */
  public ConnectionConfig withIdlePatienceNs(long ns) {
    ConnectionConfig changed = copy();
    changed.idlePatienceNs = ns;
    return changed;
  }

  /**
   * The same to a peer whose socket has so much room.
   *
   * @param bytes what it holds until the peer reads it; 0 if that is not known
   */
  public ConnectionConfig withPeersBuffer(long bytes) {
    ConnectionConfig changed = copy();
    changed.peersBufferBytes = bytes;
    return changed;
  }

  /** The same below a cap, which may change meanwhile, and which others may share. */
  public ConnectionConfig withCap(RateCap newCap) {
    ConnectionConfig changed = copy();
    changed.cap = newCap;
    return changed;
  }

  /** The same with somebody who is told what happens. */
  public ConnectionConfig withObserver(ConnectionObserver newObserver) {
    ConnectionConfig changed = copy();
    changed.observer = newObserver;
    return changed;
  }

  int earlyPackets() {
    return earlyPackets;
  }

  long peersOperations() {
    return peersOperations;
  }

  long peersKinds() {
    return peersKinds;
  }

  boolean checksBlockSums() {
    return blockSums;
  }

  boolean peersUnknownSizes() {
    return peersUnknownSizes;
  }

  long idlePatienceNs() {
    return idlePatienceNs;
  }

  /**
   * How many bytes may go out back to back for the peer's socket to hold them: half of its room,
   * because the other half may not have been read yet.
   */
  long peersBurstBytes() {
    return peersBufferBytes == UNKNOWN ? Long.MAX_VALUE : peersBufferBytes / 2;
  }

  RateCap cap() {
    return cap;
  }

  /**
   * The same with what an earlier connection found on the path.
   *
   * @param newMemory null if nothing is remembered
   */
  public ConnectionConfig withMemory(@Nullable PathMemory newMemory) {
    ConnectionConfig changed = copy();
    changed.memory = newMemory;
    return changed;
  }

  @Nullable PathMemory memory() {
    return memory;
  }

  /**
   * The same with a bound on the memory for packets in flight.
   *
   * @param newBudget of this connection alone
   */
  public ConnectionConfig withBudget(ByteBudget.Share newBudget) {
    ConnectionConfig changed = copy();
    changed.budget = newBudget;
    return changed;
  }

  ByteBudget.Share budget() {
    return budget;
  }

  /**
   * The same with more than one file in the connection.
   *
   * @param limit how many may be open at a time, at least 1; with 1, the connection ends with its
   *     file
   * @param memory for what files take, of this connection alone
   */
  public ConnectionConfig withFiles(int limit, ByteBudget.Share memory) {
    ConnectionConfig changed = copy();
    changed.files = limit;
    changed.filesMemory = memory;
    return changed;
  }

  int files() {
    return files;
  }

  ByteBudget.Share filesMemory() {
    return filesMemory;
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

  /**
   * What is known of the lengths of packets that the path carries.
   *
   * @param headerBytes the length of the headers of UDP and IP
   */
  PathMtuDiscovery newMtuDiscovery(int headerBytes) {
    return searchesMtu
        ? new PathMtuDiscovery(headerBytes, datagramBytes)
        : PathMtuDiscovery.fixed(datagramBytes);
  }

  /** The length of the largest packet with that number, in bytes. */
  int maxPacketBytes(long number) {
    return number < firstPackets.count()
        ? Math.min(firstPackets.maxBytes(), datagramBytes)
        : datagramBytes;
  }
}

package dev.ferry.protocol.server;

import dev.ferry.protocol.connection.Connection;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.PeerNetworks;
import java.util.Locale;

/**
 * The limits of a server, chosen together so that the heap holds all that peers can make the server
 * hold when every limit is reached at the same time. The sizes of entries are upper bounds of what
 * was measured, with the longest names; a test reaches the limits and compares.
 *
 * @param heapBytes the largest heap
 * @param limits transfers, and the peers of lab mode
 * @param connections of Ferry mode over datagrams, including finished ones that drain
 * @param streams the same over streams, whose handshakes count
 * @param halfOpen half-open handshakes
 */
public record ServerMemory(
    long heapBytes, ServerLimits limits, int connections, int streams, int halfOpen) {
  /** A program that has nothing to do, and its buffers. */
  static final long PROGRAM_BYTES = 10L << 20;

  /** The tables of used tokens, of rates, and of the sockets at which peers were heard. */
  static final long TABLES_BYTES = 4L << 20;

  static final long CONNECTION_BYTES = 20 << 10;

  /** A connection, its engine and the transport, without what the transport holds for it. */
  static final long STREAM_BYTES = 28 << 10;

  static final long HALF_OPEN_BYTES = 5 << 10;

  /** A part file of Ferry mode, its journal, and what waits for the disk. */
  static final long FERRY_FILE_BYTES = 12 << 10;

  /** A part file of lab mode, and a peer that has begun anew. */
  static final long LAB_FILE_BYTES = 6 << 10;

  private static final long SESSION_BYTES =
      FerryModeConfig.CONNECTIONS_PER_TRANSFER * CONNECTION_BYTES
          + FERRY_FILE_BYTES
          + LAB_FILE_BYTES;

  /** No client needs more, however long the path. */
  public static final int MAX_FILES_OF_A_CONNECTION = 1024;

  private static final int MIN_FILES_OF_A_CONNECTION = 16;

  /** One connection's files take such a part of what connections may hold, at most. */
  private static final int FILES_PART = 8;

  /** Shares of the heap: a part in so many. */
  private static final int PEERS_PART = 8;

  private static final int STARTS_PART = 6;
  private static final int REMEMBERED_PART = 64;
  private static final int HALF_OPEN_PART = 32;
  private static final int STREAMS_PART = 16;

  /**
   * The defaults for a heap, or less of everything if that is small.
   *
   * @param heapBytes the largest heap
   */
  public static ServerMemory ofHeap(long heapBytes) {
    ServerMemory none = ofHeap(heapBytes, 0, 0);
    long streamsBytes = heapBytes / STREAMS_PART; // At most.
    long fitting = (none.usableBytes() - none.neededBytes() - streamsBytes) / SESSION_BYTES;
    int sessions = (int) Math.max(1, Math.min(ServerLimits.DEFAULT.sessions(), fitting));
    return ofHeap(
        heapBytes,
        sessions,
        Math.min(ServerLimits.DEFAULT.sessionsPerAddress(), sessions - sessions / 8));
  }

  /**
   * The limits for so many transfers; see {@link #fits}.
   *
   * @param heapBytes the largest heap
   * @param sessions transfers with an open file, in each mode
   * @param sessionsPerAddress the same for one network
   */
  public static ServerMemory ofHeap(long heapBytes, int sessions, int sessionsPerAddress) {
    ServerLimits most = ServerLimits.DEFAULT;
    ServerLimits limits =
        new ServerLimits(
            sessions,
            sessionsPerAddress,
            fitting(most.halfOpen(), heapBytes / STARTS_PART, LabPeer.COST_BYTES),
            fitting(most.remembered(), heapBytes / REMEMBERED_PART, LabPeer.COST_BYTES));
    int connections =
        (int)
            Math.min(Integer.MAX_VALUE, (long) FerryModeConfig.CONNECTIONS_PER_TRANSFER * sessions);
    return new ServerMemory(
        heapBytes,
        limits,
        connections,
        fitting(connections, heapBytes / STREAMS_PART, STREAM_BYTES),
        fitting(FerryModeConfig.HALF_OPEN, heapBytes / HALF_OPEN_PART, HALF_OPEN_BYTES));
  }

  private static int fitting(int most, long bytes, long bytesOfOne) {
    return (int) Math.min(most, bytes / bytesOfOne);
  }

  /** What may be in use; the rest is for garbage. */
  public long usableBytes() {
    return heapBytes / 6 * 5;
  }

  /** What is in use when all limits are reached. */
  public long neededBytes() {
    return PROGRAM_BYTES
        + TABLES_BYTES
        + peersBytes()
        + connections * CONNECTION_BYTES
        + streams * STREAM_BYTES
        + halfOpen * HALF_OPEN_BYTES
        + limits.sessions() * (FERRY_FILE_BYTES + LAB_FILE_BYTES)
        + ((long) limits.halfOpen() + limits.remembered()) * LabPeer.COST_BYTES;
  }

  /** Whether the heap holds all of it. */
  public boolean fits() {
    return neededBytes() <= usableBytes();
  }

  /** What it needs and what there is, for people. */
  public String account() {
    return String.format(
        Locale.ROOT,
        "%d transfers at the same time take %d MiB, with all that peers can cause, of which a heap"
            + " of %d MiB has %d",
        limits.sessions(),
        neededBytes() >> 20,
        heapBytes >> 20,
        usableBytes() >> 20);
  }

  /**
   * What connections may hold, in sum, of what comes early, with gaps or in pieces, is not read, or
   * is in flight.
   */
  public long peersBytes() {
    return heapBytes / PEERS_PART;
  }

  /**
   * How many files may be open at a time in one connection. What they take is within {@link
   * #peersBytes}; the disk's share of it is within the limits on transfers.
   */
  public int filesOfAConnection() {
    long fitting = peersBytes() / FILES_PART / Connection.BYTES_OF_A_FILE;
    return (int) Math.max(MIN_FILES_OF_A_CONNECTION, Math.min(fitting, MAX_FILES_OF_A_CONNECTION));
  }

  /**
   * A budget of so much, of which one network gets three quarters.
   *
   * @param networks of peers
   */
  public ByteBudget newBudget(PeerNetworks networks) {
    return new ByteBudget(peersBytes(), peersBytes() / 4 * 3, networks);
  }
}

package dev.ferry.protocol.connection;

/**
 * What is known of the machine besides what the engine sees. What is not known is −1.
 *
 * @param cpuShare how much of the time the thread of the engine ran on a processor, 0 … 1
 * @param droppedDatagrams how many datagrams the kernel dropped for want of room in the socket
 */
public record HostFacts(double cpuShare, long droppedDatagrams) {
  /** Nothing is known. */
  public static final HostFacts UNKNOWN = new HostFacts(-1, -1);
}

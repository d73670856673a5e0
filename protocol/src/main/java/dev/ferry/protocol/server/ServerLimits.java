package dev.ferry.protocol.server;

/**
 * The limits on the state of a server. Beyond a limit the oldest entry is dropped, or the newest
 * refused. Each mode has its own count, so that lab mode's peers, who have proved nothing, take
 * nothing from Ferry mode's.
 *
 * @param sessions transfers with an open file, in all; the next one is refused
 * @param sessionsPerAddress the same for one IPv4 address, or one /64 of IPv6
 * @param halfOpen peers that have sent only a start; the oldest is dropped
 * @param remembered finished transfers; the oldest is dropped
 */
public record ServerLimits(int sessions, int sessionsPerAddress, int halfOpen, int remembered) {
  /** Fits a heap of 64 MB. */
  public static final ServerLimits DEFAULT = new ServerLimits(1024, 512, 16_384, 16_384);
}

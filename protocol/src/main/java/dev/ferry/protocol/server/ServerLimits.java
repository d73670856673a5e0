package dev.ferry.protocol.server;

/**
 * How many of each the server keeps; beyond that the oldest is dropped, or the newest turned down.
 *
 * @param sessions transfers with an open part file, in all; the next one is turned down
 * @param sessionsPerAddress the same for one IP address
 * @param halfOpen peers that have sent a start and nothing else; the oldest is dropped
 * @param remembered finished transfers; the oldest is dropped
 */
public record ServerLimits(int sessions, int sessionsPerAddress, int halfOpen, int remembered) {
  /** Fits a heap of 64 MB. */
  public static final ServerLimits DEFAULT = new ServerLimits(1024, 512, 16_384, 16_384);
}

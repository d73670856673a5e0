package dev.ferry.proxy.core;

import dev.ferry.netsim.Fate;
import dev.ferry.netsim.Fate.Delivery;
import dev.ferry.netsim.Fate.Drop;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Counts what became of the datagrams of one direction. Not thread-safe. */
public final class Counters {
  private final Map<Drop, Long> dropped = new EnumMap<>(Drop.class);
  private long received;
  private long receivedBytes;
  private long sent;
  private long duplicated;
  private long replayed;
  private long reordered;
  private long corrupted;
  private long truncated;
  private long overflowed;

  void count(Fate fate, int payloadBytes) {
    received++;
    receivedBytes += payloadBytes;
    if (fate.drop() != null) {
      dropped.merge(fate.drop(), 1L, Long::sum);
    }
    fate.deliveries().forEach(delivery -> count(delivery, payloadBytes));
  }

  private void count(Delivery delivery, int payloadBytes) {
    switch (delivery.kind()) {
      case ORIGINAL -> {
        reordered += delivery.heldBack() ? 1 : 0;
        corrupted += delivery.flippedBit() >= 0 ? 1 : 0;
        truncated += delivery.keptBytes() < payloadBytes ? 1 : 0;
      }
      case DUPLICATE -> duplicated++;
      case REPLAY -> replayed++;
    }
  }

  void countSent() {
    sent++;
  }

  /** Counts a datagram dropped because the proxy holds too much already. */
  void countOverflow() {
    overflowed++;
  }

  /** Sets all counts to zero. */
  public void clear() {
    dropped.clear();
    received = 0;
    receivedBytes = 0;
    sent = 0;
    duplicated = 0;
    replayed = 0;
    reordered = 0;
    corrupted = 0;
    truncated = 0;
    overflowed = 0;
  }

  /** Datagrams that came in. */
  public long received() {
    return received;
  }

  /** Bytes of payload that came in. */
  public long receivedBytes() {
    return receivedBytes;
  }

  /** Datagrams that went out. */
  public long sent() {
    return sent;
  }

  /** Datagrams that the impairment dropped for this reason. */
  public long dropped(Drop reason) {
    return dropped.getOrDefault(reason, 0L);
  }

  /** Copies that were to go out beside the original. */
  public long duplicated() {
    return duplicated;
  }

  /** Old datagrams that were to go out once more. */
  public long replayed() {
    return replayed;
  }

  /** Datagrams that were held back so that later ones overtake them. */
  public long reordered() {
    return reordered;
  }

  /** Datagrams with a flipped bit. */
  public long corrupted() {
    return corrupted;
  }

  /** Datagrams with their end cut off. */
  public long truncated() {
    return truncated;
  }

  /** Datagrams dropped because the proxy held too much already. */
  public long overflowed() {
    return overflowed;
  }

  /** Datagrams that did not go out, by the reason. */
  public Map<String, Long> dropped() {
    Map<String, Long> result = new LinkedHashMap<>();
    for (Drop reason : Drop.values()) {
      result.put(reason.name().toLowerCase(Locale.ROOT), dropped(reason));
    }
    result.put("overflow", overflowed);
    return result;
  }

  /** Impaired datagrams, by what was done to them. */
  public Map<String, Long> impaired() {
    Map<String, Long> result = new LinkedHashMap<>();
    result.put("duplicated", duplicated);
    result.put("replayed", replayed);
    result.put("reordered", reordered);
    result.put("corrupted", corrupted);
    result.put("truncated", truncated);
    return result;
  }
}

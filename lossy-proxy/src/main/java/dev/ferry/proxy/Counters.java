package dev.ferry.proxy;

import dev.ferry.netsim.Fate;
import dev.ferry.netsim.Fate.Delivery;
import dev.ferry.netsim.Fate.Drop;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What became of the datagrams of one direction. */
final class Counters {
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

  /** Something that was to arrive is dropped because the proxy holds too much already. */
  void countOverflow() {
    overflowed++;
  }

  /** Begins anew. */
  void clear() {
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

  long received() {
    return received;
  }

  long receivedBytes() {
    return receivedBytes;
  }

  long sent() {
    return sent;
  }

  long dropped(Drop reason) {
    return dropped.getOrDefault(reason, 0L);
  }

  long duplicated() {
    return duplicated;
  }

  long replayed() {
    return replayed;
  }

  long reordered() {
    return reordered;
  }

  long corrupted() {
    return corrupted;
  }

  long truncated() {
    return truncated;
  }

  long overflowed() {
    return overflowed;
  }

  /** How many did not go out, by the reason. */
  Map<String, Long> dropped() {
    Map<String, Long> result = new LinkedHashMap<>();
    for (Drop reason : Drop.values()) {
      result.put(reason.name().toLowerCase(Locale.ROOT), dropped(reason));
    }
    result.put("overflow", overflowed);
    return result;
  }

  /** How many were tampered with, by what was done. */
  Map<String, Long> impaired() {
    Map<String, Long> result = new LinkedHashMap<>();
    result.put("duplicated", duplicated);
    result.put("replayed", replayed);
    result.put("reordered", reordered);
    result.put("corrupted", corrupted);
    result.put("truncated", truncated);
    return result;
  }
}

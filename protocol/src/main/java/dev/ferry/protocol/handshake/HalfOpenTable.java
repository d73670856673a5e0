package dev.ferry.protocol.handshake;

import dev.ferry.protocol.util.Nanos;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a bounded number of half-open handshakes, each for a bounded time since its last answer.
 * The one with the oldest answer makes room for a new one.
 */
final class HalfOpenTable {
  /** How long an entry is kept after an answer. */
  static final long KEEP_NS = 30 * Nanos.SECOND;

  /** The table is crowded when more than one part in this many is in use. */
  private static final int CROWDED_SHARE = 4;

  private final int capacity;

  /** The handshakes in the order of their expiry. */
  private final Map<HalfOpen.Key, HalfOpen> byKey = new LinkedHashMap<>();

  private final Map<Integer, HalfOpen> byId = new HashMap<>();

  HalfOpenTable(int capacity) {
    this.capacity = capacity;
  }

  int size() {
    return byKey.size();
  }

  /** Whether more than a quarter of the capacity is in use. */
  boolean isCrowded() {
    return (long) byKey.size() * CROWDED_SHARE > capacity;
  }

  @Nullable HalfOpen find(HalfOpen.Key key) {
    return byKey.get(key);
  }

  @Nullable HalfOpen find(int serverId) {
    return byId.get(serverId);
  }

  /** Moves an entry, which is new or was just answered again, to the end of the queue. */
  void touch(HalfOpen entry, long nowNs) {
    remove(entry);
    if (byKey.size() == capacity) {
      remove(oldest());
    }
    entry.expiresNs = Nanos.after(nowNs, KEEP_NS);
    byKey.put(entry.key, entry);
    byId.put(entry.serverId(), entry);
  }

  void remove(HalfOpen entry) {
    byKey.remove(entry.key);
    byId.remove(entry.serverId());
  }

  void clear() {
    byKey.clear();
    byId.clear();
  }

  void removeExpired(long nowNs) {
    while (!byKey.isEmpty() && Nanos.isDue(oldest().expiresNs, nowNs)) {
      remove(oldest());
    }
  }

  long nextExpiry() {
    return byKey.isEmpty() ? Nanos.NEVER : oldest().expiresNs;
  }

  private HalfOpen oldest() {
    Iterator<HalfOpen> entries = byKey.values().iterator();
    return entries.next();
  }
}

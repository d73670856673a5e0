package dev.ferry.storage;

import dev.ferry.protocol.util.Bytes;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The lanes of the transfers under way, so that whoever opens a part file finds what was kept
 * before. Thread-safe.
 */
final class Lanes {
  private final Executor diskWorkers;
  private final Map<Bytes, Lane> lanes = new HashMap<>();

  Lanes(Executor diskWorkers) {
    this.diskWorkers = diskWorkers;
  }

  /** The lane of a transfer, to be left once nothing more is asked of it. */
  synchronized Lane enter(Bytes transfer) {
    return lanes.computeIfAbsent(transfer, id -> new Lane(diskWorkers)).enter();
  }

  /** Leaves a lane. */
  synchronized void leave(Bytes transfer) {
    lanes.computeIfPresent(transfer, (id, lane) -> lane.leave() ? null : lane);
  }
}

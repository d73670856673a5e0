package dev.ferry.storage;

import dev.ferry.protocol.util.Bytes;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The lanes of the transfers under way, so that whoever opens a part file finds what was kept
 * before. Thread-safe.
 */
final class TransferExecutors {
  private final Executor diskWorkers;
  private final Map<Bytes, SerialExecutor> lanes = new HashMap<>();

  TransferExecutors(Executor diskWorkers) {
    this.diskWorkers = diskWorkers;
  }

  /** The lane of a transfer, to be left once nothing more is asked of it. */
  synchronized SerialExecutor enter(Bytes transfer) {
    return lanes.computeIfAbsent(transfer, id -> new SerialExecutor(diskWorkers)).enter();
  }

  /** Leaves a lane. */
  synchronized void leave(Bytes transfer) {
    lanes.computeIfPresent(transfer, (id, lane) -> lane.leave() ? null : lane);
  }
}

package dev.ferry.storage;

import dev.ferry.protocol.util.Bytes;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Disk workers that owners share: each has its turn, one task at a time, however many tasks others
 * have. So who completes many small files does not hold up who completes a large one. Of an IPv6
 * network of 48 bits there is one owner, as one customer may have it whole. Thread-safe.
 */
public final class FairWorkers implements Executor {
  /** The bytes of a /48 of IPv6. */
  private static final int PREFIX_BYTES = 6;

  private static final class Lane {
    private final Bytes owner;
    private final Deque<Runnable> tasks = new ArrayDeque<>(1);

    Lane(Bytes owner) {
      this.owner = owner;
    }
  }

  private final Executor workers;
  private final Map<Bytes, Lane> lanes = new HashMap<>();

  /** Those that have tasks, in the order in which it is their turn. */
  private final Queue<Lane> turns = new ArrayDeque<>();

  /**
   * Shares workers.
   *
   * @param workers run tasks in the order in which they get them
   */
  public FairWorkers(Executor workers) {
    this.workers = workers;
  }

  /** Runs a task for no owner in particular: all of these are one. */
  @Override
  public void execute(Runnable task) {
    execute(Bytes.EMPTY, task);
  }

  /**
   * The workers, as an owner sees them.
   *
   * @param owner as in {@link dev.ferry.protocol.ReceiveRequest}
   */
  Executor of(Bytes owner) {
    Bytes one = whoseTurn(owner);
    return task -> execute(one, task);
  }

  /** Who has a turn together with an owner. */
  static Bytes whoseTurn(Bytes owner) {
    return owner.length() > PREFIX_BYTES ? prefix(owner) : owner;
  }

  private static Bytes prefix(Bytes owner) {
    return Bytes.copyOf(Arrays.copyOf(owner.toArray(), PREFIX_BYTES));
  }

  /** Each task that is added has the workers run one, which may be another. */
  private void execute(Bytes owner, Runnable task) {
    add(owner, task);
    try {
      workers.execute(this::runNext);
    } catch (RejectedExecutionException e) {
      if (remove(owner, task)) {
        throw e;
      }
      runNext(); // A worker has taken this one instead of another, which would be left.
    }
  }

  private synchronized boolean remove(Bytes owner, Runnable task) {
    Lane lane = lanes.get(owner);
    if (lane == null || !lane.tasks.removeLastOccurrence(task)) {
      return false;
    }
    if (lane.tasks.isEmpty()) {
      lanes.remove(owner);
      turns.remove(lane);
    }
    return true;
  }

  private synchronized void add(Bytes owner, Runnable task) {
    Lane lane = lanes.get(owner);
    if (lane == null) {
      lane = new Lane(owner);
      lanes.put(owner, lane);
      turns.add(lane);
    }
    lane.tasks.add(task);
  }

  private void runNext() {
    next().run();
  }

  /** Takes the next task, for a worker that runs it. */
  synchronized Runnable next() {
    Lane lane = turns.remove();
    Runnable task = lane.tasks.remove();
    if (lane.tasks.isEmpty()) {
      lanes.remove(lane.owner);
    } else {
      turns.add(lane);
    }
    return task;
  }
}

package dev.ferry.storage;

import dev.ferry.protocol.util.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Does together what has come together while the round before was under way: the busier the disk,
 * the larger the rounds. One round at a time, each a task of its own, so that workers have time for
 * others in between. As with a {@link SerialExecutor}, whoever adds something does the work when
 * the workers have been shut down. Thread-safe.
 *
 * @param <T> what is done
 */
final class Rounds<T> {
  private final int most;
  private final Work<T> work;
  private final Map<Bytes, Queue<T>> byOwner = new HashMap<>();

  /** Those that wait, of each owner; the next one is taken from the first of them. */
  private final Queue<Bytes> turns = new ArrayDeque<>();

  /** Whether a thread has a round, or is going to. */
  private boolean active;

  /**
   * Does a round.
   *
   * @param <T> what is done
   */
  interface Work<T> {
    /** Does all of it. Whatever may fail is the work's own business. */
    void run(List<T> together);
  }

  /**
   * Creates rounds of something.
   *
   * @param most how many are done in one round
   */
  Rounds(int most, Work<T> work) {
    this.most = most;
    this.work = work;
  }

  /**
   * Adds something to the next round.
   *
   * @param owner whose it is: owners have turns, so that nobody fills a round alone while others
   *     wait
   * @param workers run the rounds until nothing is left
   */
  void add(Bytes owner, T one, Executor workers) {
    synchronized (this) {
      enqueue(FairWorkers.whoseTurn(owner), one);
      if (active) {
        return;
      }
      active = true;
    }
    if (!handOver(workers)) {
      work(workers);
    }
  }

  private void enqueue(Bytes owner, T one) {
    Queue<T> own = byOwner.get(owner);
    if (own == null) {
      own = new ArrayDeque<>();
      byOwner.put(owner, own);
      turns.add(owner);
    }
    own.add(one);
  }

  /** Does one round, and the others too if the workers do not take them. */
  private void work(Executor workers) {
    boolean more = true;
    while (more) {
      try {
        work.run(next());
      } finally {
        more = hasMore() && !handOver(workers);
      }
    }
  }

  private boolean handOver(Executor workers) {
    try {
      workers.execute(() -> work(workers));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private synchronized boolean hasMore() {
    active = !turns.isEmpty();
    return active;
  }

  private synchronized List<T> next() {
    List<T> together = new ArrayList<>();
    while (together.size() < most && !turns.isEmpty()) {
      Bytes owner = turns.remove();
      Queue<T> own = Objects.requireNonNull(byOwner.get(owner));
      together.add(own.remove());
      if (own.isEmpty()) {
        byOwner.remove(owner);
      } else {
        turns.add(owner);
      }
    }
    return together;
  }

  /** Whether nothing waits for another round at the moment. */
  synchronized boolean isEmpty() {
    return turns.isEmpty();
  }
}

package dev.ferry.copy;

import dev.ferry.runtime.BatchRequest;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.FileJobs;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Files in turns: those of one turn are handed out once each of those before has an outcome. So the
 * times of directories are set when nothing comes into them any more. Thread-safe.
 */
final class TurnedJobs implements FileJobs {
  private final Queue<FileJobs> turns;
  private int underWay;
  private boolean released;

  TurnedJobs(List<FileJobs> turns) {
    this.turns = new ArrayDeque<>(turns);
  }

  @Override
  public @Nullable BatchRequest next() throws InterruptedException {
    for (FileJobs turn = turn(); turn != null; turn = turn()) {
      // Without the lock, which who reports an outcome must not wait for.
      BatchRequest request = turn.next();
      if (request instanceof FileJob) {
        begun();
      }
      if (request != null) {
        return request;
      }
      awaitOutcomes(turn);
    }
    return null;
  }

  private synchronized @Nullable FileJobs turn() {
    return turns.peek();
  }

  private synchronized void begun() {
    underWay++;
  }

  private synchronized void awaitOutcomes(FileJobs turn) throws InterruptedException {
    while (underWay > 0 && !released) {
      wait();
    }
    if (turns.peek() == turn) {
      turns.remove();
    }
  }

  /** A file that was handed out has its outcome. */
  synchronized void over() {
    underWay--;
    notifyAll();
  }

  /** No more outcomes are waited for. */
  synchronized void release() {
    released = true;
    notifyAll();
  }
}

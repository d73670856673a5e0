package dev.ferry.client;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.ServerQuestion;
import dev.ferry.runtime.ServerQuestion.Subject;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server to remove things, many at a time, in groups: each group once all of the one before
 * has its outcome, so that directories are asked for behind what is in them. Thread-safe.
 */
final class RemovalQueue {
  /** Is told what has become of something; on the thread that runs the questions. */
  interface Outcomes {
    void removed(String name);

    void notRemoved(String name, TransferFailure failure);
  }

  private final Outcomes outcomes;
  private final Queue<Queue<String>> groups = new ArrayDeque<>();
  private Queue<String> current = new ArrayDeque<>();
  private int underWay;

  RemovalQueue(Outcomes outcomes) {
    this.outcomes = outcomes;
  }

  /** A group to be removed behind all that have been added. */
  synchronized void add(Collection<String> names) {
    groups.add(new ArrayDeque<>(names));
  }

  /** Waits for the next question; null if everything that was added has been asked for. */
  synchronized @Nullable ServerQuestion next() throws InterruptedException {
    while (current.isEmpty() && !groups.isEmpty()) {
      awaitOutcomes();
      current = groups.remove();
    }
    String name = current.poll();
    if (name == null) {
      return null;
    }
    underWay++;
    return new ServerQuestion(Subject.REMOVE, name, null, 0, new Asked(name));
  }

  /** Waits until everything that was asked for has its outcome. */
  synchronized void awaitOutcomes() throws InterruptedException {
    while (underWay > 0) {
      wait();
    }
  }

  private synchronized void over() {
    underWay--;
    notifyAll();
  }

  private final class Asked implements ServerQuestion.Listener {
    private final String name;

    Asked(String name) {
      this.name = name;
    }

    @Override
    public void answered(@Nullable FileAttributes found, String sha256Hex) {
      outcomes.removed(name);
      over();
    }

    @Override
    public void failed(TransferFailure failure) {
      outcomes.notRemoved(name, failure);
      over();
    }
  }
}

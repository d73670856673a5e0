package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {
  private final Queue<Runnable> workers = new ArrayDeque<>();
  private final List<Integer> done = new ArrayList<>();
  private boolean shutDown;
  private final SerialExecutor executor = new SerialExecutor(this::accept);

  private void accept(Runnable task) {
    if (shutDown) {
      throw new RejectedExecutionException("shut down");
    }
    workers.add(task);
  }

  private void step(int number) {
    executor.execute(() -> done.add(number));
  }

  private void finish() {
    while (!workers.isEmpty()) {
      workers.remove().run();
    }
  }

  @Test
  void shouldRunOneTaskAtATimeInOrder() {
    step(1);
    step(2);
    assertThat(workers).hasSize(1);
    workers.remove().run();
    assertThat(done).containsExactly(1);
    assertThat(workers).hasSize(1);
    step(3);
    finish();
    assertThat(done).containsExactly(1, 2, 3);
  }

  /** Long work goes by slices, so that a single worker serves others in between. */
  @Test
  void shouldLetOthersHaveTheWorkerBetweenTwoTasks() {
    step(1);
    step(2);
    new SerialExecutor(this::accept).execute(() -> done.add(10));
    finish();
    assertThat(done).containsExactly(1, 10, 2);
  }

  @Test
  void shouldRunEverythingOnTheLastWorkerAfterAShutdown() {
    executor.execute(() -> step(3));
    step(2);
    shutDown = true;
    finish();
    assertThat(done).containsExactly(2, 3);
  }

  @Test
  void shouldRunOnTheCallingThreadAfterAShutdown() {
    shutDown = true;
    step(1);
    step(2);
    assertThat(done).containsExactly(1, 2);
  }

  /** As many slices as there are in a file of 1 TiB do not fill the stack. */
  @Test
  void shouldNotNestTasksAfterAShutdown() {
    shutDown = true;
    executor.execute(this::slice);
    assertThat(done).hasSize(1 << 16);
  }

  private void slice() {
    done.add(0);
    if (done.size() < 1 << 16) {
      executor.execute(this::slice);
    }
  }

  @Test
  void shouldGoOnAfterATaskThatThrew() {
    executor.execute(
        () -> {
          throw new IllegalStateException("planted");
        });
    step(2);
    assertThatThrownBy(this::finish).hasMessage("planted");
    finish();
    step(3);
    finish();
    assertThat(done).containsExactly(2, 3);
  }
}

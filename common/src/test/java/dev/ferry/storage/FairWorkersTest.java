package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.util.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** {@link FairWorkers}, whose workers do one task whenever a test says so. */
class FairWorkersTest {
  private static final Bytes STRANGER = Bytes.copyOf(new byte[] {10, 0, 0, 1});
  private static final Bytes HONEST = Bytes.copyOf(new byte[] {10, 0, 0, 2});

  private final Queue<Runnable> given = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private boolean shutDown;
  private final FairWorkers workers =
      new FairWorkers(
          task -> {
            if (shutDown) {
              throw new RejectedExecutionException();
            }
            given.add(task);
          });

  private void add(Executor executor, String name) {
    executor.execute(() -> done.add(name));
  }

  private void work(int tasks) {
    for (int i = 0; i < tasks; i++) {
      given.remove().run();
    }
  }

  @Test
  void shouldGiveEachOwnerItsTurnHoweverManyTasksAnotherHas() {
    for (int i = 0; i < 1000; i++) {
      add(workers.of(STRANGER), "s" + i);
    }
    work(1);
    add(workers.of(HONEST), "h0");
    add(workers.of(HONEST), "h1");
    add(workers, "n0");
    work(7);
    assertThat(done).containsExactly("s0", "s1", "h0", "n0", "s2", "h1", "s3", "s4");
    work(given.size());
    assertThat(done).hasSize(1003);
  }

  @Test
  void shouldTakeAllOfAPrefixForOneOwner() {
    byte[] one = {0x20, 1, 0xd, 0, 0, 1, 0, 1};
    byte[] other = {0x20, 1, 0xd, 0, 0, 1, 0, 2};
    add(workers.of(Bytes.copyOf(one)), "s0");
    add(workers.of(Bytes.copyOf(other)), "s1");
    add(workers.of(HONEST), "h0");
    work(3);
    assertThat(done).containsExactly("s0", "h0", "s1");
  }

  @Test
  void shouldKeepToWhatTheWorkersTake() {
    add(workers.of(STRANGER), "s0");
    add(workers.of(STRANGER), "s1");
    shutDown = true;
    Executor late = workers.of(HONEST);
    assertThatThrownBy(() -> add(late, "h0")).isInstanceOf(RejectedExecutionException.class);
    work(given.size());
    assertThat(done).containsExactly("s0", "s1");
  }

  /** Until the workers say that they take nothing, one of them has done the task already. */
  @Test
  void shouldLeaveNoTaskBehindWhenTheWorkersEnd() {
    Queue<Runnable> queue = new ArrayDeque<>();
    boolean[] ends = {false};
    FairWorkers ending =
        new FairWorkers(
            task -> {
              if (ends[0]) {
                queue.remove().run();
                queue.remove().run();
                throw new RejectedExecutionException();
              }
              queue.add(task);
            });
    add(ending.of(STRANGER), "s0");
    add(ending.of(STRANGER), "s1");
    ends[0] = true;
    add(ending.of(HONEST), "h0");
    assertThat(done).containsExactly("s0", "h0", "s1");
  }
}

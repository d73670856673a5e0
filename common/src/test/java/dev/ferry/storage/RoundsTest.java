package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private final List<Runnable> tasks = new ArrayList<>();
  private final List<List<Integer>> done = new ArrayList<>();

  @Test
  void shouldDoTogetherWhatHasComeTogether() {
    Rounds<Integer> rounds = new Rounds<>(3, done::add);
    for (int i = 0; i < 5; i++) {
      rounds.add(Bytes.EMPTY, i, tasks::add);
    }
    assertThat(tasks).hasSize(1);
    tasks.remove(0).run();
    assertThat(done).containsExactly(List.of(0, 1, 2));
    rounds.add(Bytes.EMPTY, 5, tasks::add);
    assertThat(tasks).hasSize(1);
    tasks.remove(0).run();
    assertThat(done).containsExactly(List.of(0, 1, 2), List.of(3, 4, 5));
    assertThat(tasks).isEmpty();
    assertThat(rounds.isEmpty()).isTrue();
    rounds.add(Bytes.EMPTY, 6, tasks::add);
    assertThat(tasks).hasSize(1);
  }

  @Test
  void shouldGiveEachOwnerATurn() {
    Rounds<Integer> rounds = new Rounds<>(4, done::add);
    for (int i = 0; i < 5; i++) {
      rounds.add(Bytes.copyOf(new byte[] {1}), i, tasks::add);
    }
    rounds.add(Bytes.copyOf(new byte[] {2}), 10, tasks::add);
    tasks.remove(0).run();
    tasks.remove(0).run();
    assertThat(done).containsExactly(List.of(0, 10, 1, 2), List.of(3, 4));
  }

  @Test
  void shouldTakeWhatIsAddedDuringARound() {
    List<Rounds<Integer>> self = new ArrayList<>();
    Rounds<Integer> rounds =
        new Rounds<>(
            3,
            together -> {
              done.add(together);
              if (together.contains(0)) {
                self.get(0).add(Bytes.EMPTY, 1, tasks::add);
              }
            });
    self.add(rounds);
    rounds.add(Bytes.EMPTY, 0, tasks::add);
    tasks.remove(0).run();
    tasks.remove(0).run();
    assertThat(done).containsExactly(List.of(0), List.of(1));
  }

  @Test
  void shouldWorkItselfOnceTheWorkersTakeNothing() {
    Executor over =
        task -> {
          throw new RejectedExecutionException();
        };
    Rounds<Integer> rounds = new Rounds<>(1, done::add);
    rounds.add(Bytes.EMPTY, 0, over);
    rounds.add(Bytes.EMPTY, 1, over);
    assertThat(done).containsExactly(List.of(0), List.of(1));
  }
}

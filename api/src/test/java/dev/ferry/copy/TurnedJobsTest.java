package dev.ferry.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.runtime.BatchRequest;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.FileJobs;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TurnedJobsTest {
  private static FileJob job(String name) {
    return new FileJob(Path.of(name), name, name, 0);
  }

  private static FileJobs jobs(String... names) {
    Queue<FileJob> queue = new ArrayDeque<>();
    for (String name : names) {
      queue.add(job(name));
    }
    return queue::poll;
  }

  @Test
  void shouldHandOutWhatIsLaterOnceAllElseIsOver() throws InterruptedException {
    TurnedJobs turned = new TurnedJobs(List.of(jobs("a", "b"), jobs(), jobs("c")));
    assertThat(turned.next()).isEqualTo(job("a"));
    turned.over();
    assertThat(turned.next()).isEqualTo(job("b"));
    CompletableFuture<BatchRequest> next = new CompletableFuture<>();
    Thread waiting =
        new Thread(
            () -> {
              try {
                next.complete(turned.next());
              } catch (InterruptedException e) {
                next.completeExceptionally(e);
              }
            });
    waiting.start();
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(next).isNotDone();
    turned.over();

    assertThat(next.join()).isEqualTo(job("c"));
    turned.over();
    assertThat(turned.next()).isNull();
    assertThat(turned.next()).isNull();
  }

  @Test
  void shouldNotWaitOnceItIsReleased() throws InterruptedException {
    TurnedJobs turned = new TurnedJobs(List.of(jobs("a"), jobs("b")));
    assertThat(turned.next()).isEqualTo(job("a"));
    turned.release();

    assertThat(turned.next()).isEqualTo(job("b"));
    assertThat(turned.next()).isNull();
  }
}

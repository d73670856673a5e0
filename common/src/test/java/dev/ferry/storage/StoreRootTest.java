package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link StoreRoot}. */
class StoreRootTest {
  private static final int THREADS = 8;
  private static final int TIMES = 50;

  @TempDir private Path directory;

  private Void openOften() throws IOException {
    for (int i = 0; i < TIMES; i++) {
      StoreRoot.open(directory, new StoreOptions(true, Long.MAX_VALUE, 0), () -> 0);
    }
    return null;
  }

  /** Each takes what the others probe the directory with for something that was left behind. */
  @Test
  void shouldOpenADirectoryManyTimesAtOnce() throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Void>> opened = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        opened.add(threads.submit(this::openOften));
      }
      for (Future<Void> each : opened) {
        each.get();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(directory).isEmptyDirectory();
  }
}

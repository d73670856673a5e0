package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The native library for tests. */
final class LoadedCode {
  private static final int TIMEOUT_SECONDS = 60;

  private LoadedCode() {}

  /**
   * Loads it, and skips the test where Java was started so that it cannot be used.
   *
   * @param directory of the test alone
   */
  static LinuxSockets load(Path directory) throws InterruptedException {
    assumeTrue(
        LinuxSockets.isPermitted(),
        "Java was started without --add-exports java.base/sun.nio.ch=ALL-UNNAMED");
    CountDownLatch loaded = new CountDownLatch(1);
    NativeCode.prepare(() -> Optional.of(directory), loaded::countDown);
    assertThat(loaded.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(NativeCode.trouble()).isEmpty();
    return NativeCode.sockets();
  }
}

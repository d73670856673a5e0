package dev.ferry.transport;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The native library, which is loaded once in a process, on a thread of its own, and only if
 * somebody has a use for it. Thread-safe.
 */
final class NativeCode {
  private static final AtomicBoolean BEGUN = new AtomicBoolean();
  private static final CompletableFuture<Outcome> OUTCOME = new CompletableFuture<>();

  /**
   * What became of it.
   *
   * @param sockets the system calls, or null
   * @param reason why there are none; empty if there are
   */
  private record Outcome(@Nullable LinuxSockets sockets, String reason) {}

  private NativeCode() {}

  /**
   * Begins to load the library, unless somebody else has.
   *
   * @param directory finds a directory in which nobody else can put a file; empty if there is none,
   *     and then nothing is loaded
   * @param then is called on any thread once it is loaded, or cannot be
   */
  static void prepare(Supplier<Optional<Path>> directory, Runnable then) {
    if (BEGUN.compareAndSet(false, true)) {
      Thread thread = new Thread(() -> OUTCOME.complete(load(directory)), "native-code");
      thread.setDaemon(true);
      thread.start();
    }
    CompletableFuture<Void> unused = OUTCOME.thenRun(then);
  }

  private static Outcome load(Supplier<Optional<Path>> directory) {
    try {
      if (!System.getProperty("os.name", "").equals("Linux")) {
        return new Outcome(null, "there are such calls on Linux only");
      }
      if (!LinuxSockets.isPermitted()) {
        return new Outcome(
            null, "Java was started without --add-exports java.base/sun.nio.ch=ALL-UNNAMED");
      }
      Path found = directory.get().orElse(null);
      return found == null
          ? new Outcome(null, "the cache has no directory that is this user's alone")
          : new Outcome(LinuxSockets.load(found), "");
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      // As on a machine for which there is no library.
      return new Outcome(null, "the native library cannot be loaded: " + e.getMessage());
    }
  }

  /** The system calls; null if there are none, or not yet. */
  static @Nullable LinuxSockets sockets() {
    Outcome outcome = OUTCOME.getNow(null);
    return outcome == null ? null : outcome.sockets();
  }

  /** Why there are no system calls, and never will be; empty unless that is so. */
  static Optional<String> trouble() {
    Outcome outcome = OUTCOME.getNow(null);
    return outcome == null || outcome.sockets() != null
        ? Optional.empty()
        : Optional.of(outcome.reason());
  }
}

package dev.ferry.transport;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells a path that cannot be used for the moment from a socket that is broken. */
final class PathErrors {
  private static final int MAX_IN_A_ROW = 100;

  private int inARow;
  private @Nullable IOException last;

  /** Receiving works. */
  void none() {
    inARow = 0;
  }

  /**
   * Receiving failed.
   *
   * @throws IOException the error itself, if there have been nothing but errors for long
   */
  void add(IOException error) throws IOException {
    if (++inARow > MAX_IN_A_ROW) {
      throw error;
    }
    last = error;
  }

  /** Sending failed, of which nothing follows. */
  void remember(IOException error) {
    last = error;
  }

  Optional<IOException> last() {
    return Optional.ofNullable(last);
  }
}

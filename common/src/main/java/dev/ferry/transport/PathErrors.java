package dev.ferry.transport;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Distinguishes a path that is unusable for a while from a socket that is broken. */
final class PathErrors {
  private static final int MAX_IN_A_ROW = 100;

  private int inARow;
  private @Nullable IOException last;

  /** Notes that receiving has succeeded. */
  void none() {
    inARow = 0;
  }

  /**
   * Notes an error of receiving.
   *
   * @throws IOException the error itself, after too many errors in a row
   */
  void add(IOException error) throws IOException {
    if (++inARow > MAX_IN_A_ROW) {
      throw error;
    }
    last = error;
  }

  /** Notes an error of sending, which has no consequences. */
  void remember(IOException error) {
    last = error;
  }

  Optional<IOException> last() {
    return Optional.ofNullable(last);
  }
}

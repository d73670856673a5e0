package dev.ferry.copy;

import dev.ferry.protocol.FileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a file at the server.
 *
 * @param file what is there; null unless it is {@link State#FOUND}
 */
public record Sight(State state, @Nullable FileAttributes file) {
  /** Nobody has looked. */
  public static final Sight UNKNOWN = new Sight(State.UNKNOWN, null);

  /** There is none. */
  public static final Sight ABSENT = new Sight(State.ABSENT, null);

  /** Whether there is one. */
  public enum State {
    FOUND,
    ABSENT,
    UNKNOWN
  }

  public static Sight of(long sizeBytes, long modifiedNs) {
    return new Sight(State.FOUND, new FileAttributes(sizeBytes, modifiedNs, 0));
  }
}

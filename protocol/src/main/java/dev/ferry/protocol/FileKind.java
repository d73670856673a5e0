package dev.ferry.protocol;

import org.jspecify.annotations.Nullable;

/** What a name stands for (protocol.md, section 10). */
public enum FileKind {
  /** A regular file. */
  FILE(0),
  /** A directory; it has no content, and what is in it is transferred by itself. */
  DIRECTORY(1),
  /** A symbolic link; its content is the name that it leads to, as it stands in it. */
  LINK(2),
  /** Another name of a regular file; its content is the first name, at the same end. */
  OTHER_NAME(3),
  /** Only in a list: that it does not tell something that is there, or that it has an end. */
  UNTOLD(4);

  /** Whatever can be, as a sum of {@link #bit}. */
  public static final long ALL = 0b1_1111;

  private final int number;

  FileKind(int number) {
    this.number = number;
  }

  /** Its number on the wire. */
  public int number() {
    return number;
  }

  /** What stands for it in a sum of kinds. */
  public long bit() {
    return 1L << number;
  }

  /** The kind of a number on the wire; null if there is none. */
  public static @Nullable FileKind of(int number) {
    for (FileKind kind : values()) {
      if (kind.number == number) {
        return kind;
      }
    }
    return null;
  }
}

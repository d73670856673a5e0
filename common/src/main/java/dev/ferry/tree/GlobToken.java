package dev.ferry.tree;

import java.util.List;

/** A part of a pattern ({@link Glob}). */
sealed interface GlobToken {
  /** Which part it is. */
  enum Kind {
    ONE,
    STAR,
    DIRECTORIES,
    EVERYTHING
  }

  Kind kind();

  /** One character out of some ranges. */
  record One(List<Range> ranges, boolean negated, boolean takesSlash) implements GlobToken {
    public One {
      ranges = List.copyOf(ranges);
    }

    /** This character only. */
    static One of(char wanted) {
      return new One(List.of(new Range(wanted, wanted)), false, true);
    }

    boolean matches(char unit) {
      if (unit == '/' && !takesSlash) {
        return false;
      }
      return ranges.stream().anyMatch(range -> range.contains(unit)) != negated;
    }

    @Override
    public Kind kind() {
      return Kind.ONE;
    }
  }

  /** Any characters but slashes. */
  record Star() implements GlobToken {
    @Override
    public Kind kind() {
      return Kind.STAR;
    }
  }

  /** Any directories, each with the slash behind it; or none. */
  record Directories() implements GlobToken {
    @Override
    public Kind kind() {
      return Kind.DIRECTORIES;
    }
  }

  /** Whatever is left. */
  record Everything() implements GlobToken {
    @Override
    public Kind kind() {
      return Kind.EVERYTHING;
    }
  }

  /** The characters from one to another, both included. */
  record Range(char first, char last) {
    boolean contains(char unit) {
      return unit >= first && unit <= last;
    }
  }
}

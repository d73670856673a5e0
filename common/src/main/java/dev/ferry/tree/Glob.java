package dev.ferry.tree;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for paths with slashes, as gitignore(5) has it: {@code *} and {@code ?} match no slash,
 * {@code **} as a whole component matches any number of directories, {@code [a-z]} and {@code
 * [[:alpha:]]} one character of a set, and a backslash takes the next character as it is. Its
 * characters are UTF-16's units. A comparison takes time in proportion to the length of the pattern
 * times that of the path, whatever they are. Immutable.
 */
final class Glob {
  private final @Nullable List<GlobToken> tokens;

  Glob(String pattern) {
    this.tokens = GlobParser.parse(pattern);
  }

  boolean matches(String path) {
    List<GlobToken> parts = tokens;
    if (parts == null) {
      return false;
    }
    // Which beginnings of the path what has been looked at of the pattern matches, by their length.
    BitSet matched = new BitSet();
    matched.set(0);
    for (GlobToken token : parts) {
      matched = after(token, matched, path);
      if (matched.isEmpty()) {
        return false;
      }
    }
    return matched.get(path.length());
  }

  private static BitSet after(GlobToken token, BitSet before, String path) {
    return switch (token.kind()) {
      case ONE -> one((GlobToken.One) token, before, path);
      case STAR -> star(before, path);
      case DIRECTORIES -> directories(before, path);
      case EVERYTHING -> {
        BitSet all = new BitSet();
        all.set(before.nextSetBit(0), path.length() + 1);
        yield all;
      }
    };
  }

  private static BitSet one(GlobToken.One token, BitSet before, String path) {
    BitSet after = new BitSet();
    for (int at = before.nextSetBit(0); at >= 0; at = before.nextSetBit(at + 1)) {
      if (at < path.length() && token.matches(path.charAt(at))) {
        after.set(at + 1);
      }
    }
    return after;
  }

  private static BitSet star(BitSet before, String path) {
    BitSet after = new BitSet();
    boolean open = false;
    for (int at = 0; at <= path.length(); at++) {
      open |= before.get(at);
      after.set(at, open);
      open &= at < path.length() && path.charAt(at) != '/';
    }
    return after;
  }

  private static BitSet directories(BitSet before, String path) {
    BitSet after = (BitSet) before.clone();
    for (int at = before.nextSetBit(0); at < path.length(); at++) {
      if (path.charAt(at) == '/') {
        after.set(at + 1);
      }
    }
    return after;
  }
}

package dev.ferry.tree;

import dev.ferry.tree.GlobToken.Directories;
import dev.ferry.tree.GlobToken.Everything;
import dev.ferry.tree.GlobToken.One;
import dev.ferry.tree.GlobToken.Range;
import dev.ferry.tree.GlobToken.Star;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a pattern. */
final class GlobParser {
  private static final One ANY = new One(List.of(), true, false);

  private static final Map<String, List<Range>> CLASSES =
      Map.ofEntries(
          Map.entry("alnum", ranges("09AZaz")),
          Map.entry("alpha", ranges("AZaz")),
          Map.entry("blank", ranges("  \t\t")),
          Map.entry("cntrl", ranges("\0\u001f\u007f\u007f")),
          Map.entry("digit", ranges("09")),
          Map.entry("graph", ranges("!~")),
          Map.entry("lower", ranges("az")),
          Map.entry("print", ranges(" ~")),
          Map.entry("punct", ranges("!/:@[`{~")),
          Map.entry("space", ranges("  \t\r")),
          Map.entry("upper", ranges("AZ")),
          Map.entry("xdigit", ranges("09AFaf")));

  private final String text;
  private final List<GlobToken> tokens = new ArrayList<>();
  private int next;

  private GlobParser(String text) {
    this.text = text;
  }

  /** The parts of a pattern; null if it is malformed, which matches nothing. */
  static @Nullable List<GlobToken> parse(String text) {
    GlobParser parser = new GlobParser(text);
    while (parser.next < text.length()) {
      if (!parser.token()) {
        return null;
      }
    }
    return parser.tokens;
  }

  private static List<Range> ranges(String bounds) {
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < bounds.length(); i += 2) {
      ranges.add(new Range(bounds.charAt(i), bounds.charAt(i + 1)));
    }
    return ranges;
  }

  private boolean token() {
    char unit = text.charAt(next++);
    switch (unit) {
      case '*' -> stars();
      case '?' -> tokens.add(ANY);
      case '[' -> {
        return set();
      }
      case '\\' -> {
        if (next == text.length()) {
          return false;
        }
        tokens.add(One.of(text.charAt(next++)));
      }
      default -> tokens.add(One.of(unit));
    }
    return true;
  }

  /** Two stars or more are special where they are a whole component. */
  private void stars() {
    int start = next - 1;
    while (next < text.length() && text.charAt(next) == '*') {
      next++;
    }
    boolean isComponent =
        next - start > 1
            && (start == 0 || text.charAt(start - 1) == '/')
            && (next == text.length() || text.charAt(next) == '/');
    if (!isComponent) {
      tokens.add(new Star());
    } else if (next == text.length()) {
      tokens.add(new Everything());
    } else {
      next++;
      tokens.add(new Directories());
    }
  }

  /** What is between brackets; returns whether it is well-formed. */
  private boolean set() {
    boolean negated = next < text.length() && "!^".indexOf(text.charAt(next)) >= 0;
    if (negated) {
      next++;
    }
    List<Range> ranges = new ArrayList<>();
    int first = next;
    while (next < text.length() && (next == first || text.charAt(next) != ']')) {
      if (!member(ranges)) {
        return false;
      }
    }
    if (next >= text.length()) {
      return false;
    }
    next++;
    tokens.add(new One(ranges, negated, false));
    return true;
  }

  private boolean member(List<Range> ranges) {
    if (text.startsWith("[:", next)) {
      int end = text.indexOf(']', next + 2);
      if (end < 0) {
        return false;
      }
      if (end - 1 >= next + 2 && text.charAt(end - 1) == ':') {
        List<Range> named = CLASSES.get(text.substring(next + 2, end - 1));
        next = end + 1;
        return named != null && ranges.addAll(named);
      }
    }
    int low = unit();
    if (low < 0) {
      return false;
    }
    if (next + 1 >= text.length() || text.charAt(next) != '-' || text.charAt(next + 1) == ']') {
      return ranges.add(new Range((char) low, (char) low));
    }
    next++;
    int high = unit();
    ranges.add(new Range((char) low, (char) low)); // Even if the range is the wrong way round.
    return high >= 0 && ranges.add(new Range((char) low, (char) high));
  }

  /** A character, maybe behind a backslash; -1 if there is none. */
  private int unit() {
    if (text.charAt(next) == '\\') {
      next++;
    }
    return next < text.length() ? text.charAt(next++) : -1;
  }
}

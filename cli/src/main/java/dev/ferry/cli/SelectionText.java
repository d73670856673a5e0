package dev.ferry.cli;

import dev.ferry.netsim.Selection;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads and writes selections of datagrams as text. */
final class SelectionText {
  private SelectionText() {}

  /**
   * Reads {@code 10%}, {@code 30%:3} (at most three in a row), {@code burst:10%:4}, {@code
   * every:7}, {@code list:3+17} or {@code none}.
   */
  static Selection parse(String text) {
    String[] parts = text.split(":", -1);
    return switch (parts[0]) {
      case "none" -> {
        requireParts(parts, 1, 1, "none");
        yield Selection.NONE;
      }
      case "burst" -> {
        requireParts(parts, 3, 3, "burst:SHARE:MEAN");
        yield new Selection.GilbertElliott(share(parts[1]), number(parts[2]));
      }
      case "every" -> {
        requireParts(parts, 2, 2, "every:N");
        yield new Selection.EveryNth(wholeNumber(parts[1]));
      }
      case "list" -> {
        requireParts(parts, 2, 2, "list:N+N+N");
        Set<Long> numbers =
            Arrays.stream(parts[1].split("\\+", -1))
                .map(SelectionText::wholeNumber)
                .collect(Collectors.toSet());
        yield new Selection.Listed(numbers);
      }
      default -> {
        requireParts(parts, 1, 2, "SHARE or SHARE:LONGEST_RUN");
        double share = share(parts[0]);
        yield parts.length == 1
            ? new Selection.Independent(share)
            : new Selection.Limited(share, Math.toIntExact(wholeNumber(parts[1])));
      }
    };
  }

  /** Writes a selection so that {@link #parse} reads it back. */
  static String format(Selection selection) {
    if (selection instanceof Selection.Independent independent) {
      return independent.probability() == 0 ? "none" : share(independent.probability());
    } else if (selection instanceof Selection.Limited limited) {
      return share(limited.probability()) + ":" + limited.longestRun();
    } else if (selection instanceof Selection.GilbertElliott burst) {
      return "burst:" + share(burst.probability()) + ":" + decimal(burst.meanBurst());
    } else if (selection instanceof Selection.EveryNth every) {
      return "every:" + every.n();
    } else if (selection instanceof Selection.Listed list) {
      return list.numbers().stream()
          .sorted()
          .map(String::valueOf)
          .collect(Collectors.joining("+", "list:", ""));
    }
    throw new AssertionError(selection);
  }

  private static void requireParts(String[] parts, int atLeast, int atMost, String form) {
    if (parts.length < atLeast || parts.length > atMost) {
      throw new IllegalArgumentException("the form is " + form);
    }
  }

  /** Reads a share, such as 10%, 0.1 % or 0.001. */
  static double share(String text) {
    if (text.endsWith("%")) {
      return number(text.substring(0, text.length() - 1).trim()) / 100;
    }
    double share = number(text);
    if (share > 1) {
      throw new IllegalArgumentException("a share is at most 1; for per cent write " + text + "%");
    }
    return share;
  }

  /** Writes a share as a percentage, unless only the plain number is read back exactly. */
  static String share(double value) {
    String percent = decimal(Math.round(value * 1e8) / 1e6) + "%";
    return share(percent) == value ? percent : decimal(value);
  }

  static double number(String text) {
    if (!text.matches("[0-9]*\\.?[0-9]+")) {
      throw new IllegalArgumentException("'" + text + "' is not a number");
    }
    return Double.parseDouble(text);
  }

  private static long wholeNumber(String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw new IllegalArgumentException("'" + text + "' is not a whole number");
    }
    return Long.parseLong(text);
  }

  static String decimal(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }
}

package dev.ferry.client;

import java.util.ArrayList;
import java.util.List;

/** Quotes a command line for a shell. */
final class ShellWords {
  /** What no shell takes for anything else, besides letters and digits of ASCII. */
  private static final String PLAIN = "_./:=@%+,[]-";

  private ShellWords() {}

  /** Joins words, and quotes them where a shell needs it. */
  static String join(String... words) {
    List<String> quoted = new ArrayList<>(words.length);
    for (String word : words) {
      quoted.add(isPlain(word) ? word : "'" + word.replace("'", "'\\''") + "'");
    }
    return String.join(" ", quoted);
  }

  private static boolean isPlain(String word) {
    for (int i = 0; i < word.length(); i++) {
      char unit = word.charAt(i);
      boolean isLetter = (unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z');
      boolean isDigit = unit >= '0' && unit <= '9';
      if (!isLetter && !isDigit && PLAIN.indexOf(unit) < 0) {
        return false;
      }
    }
    return !word.isEmpty();
  }
}

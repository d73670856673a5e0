package dev.ferry.client;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Quotes a command line for a shell. */
final class ShellWords {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,\\[\\]-]+");

  private ShellWords() {}

  /** Joins words, and quotes them where a shell needs it. */
  static String join(String... words) {
    List<String> quoted = new ArrayList<>(words.length);
    for (String word : words) {
      quoted.add(PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'");
    }
    return String.join(" ", quoted);
  }
}

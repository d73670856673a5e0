package dev.ferry.client;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A command line as a shell takes it. */
final class ShellWords {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,\\[\\]-]+");

  private ShellWords() {}

  /** The words, quoted where a shell needs it. */
  static String join(String... words) {
    List<String> quoted = new ArrayList<>(words.length);
    for (String word : words) {
      quoted.add(PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'");
    }
    return String.join(" ", quoted);
  }
}

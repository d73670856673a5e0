package dev.ferry.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a JSON object whose values are strings and numbers without an exponent, strictly by RFC
 * 8259.
 */
final class FlatJson {
  private static final String STRING =
      "\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4})*)\"";
  private static final Pattern MEMBER =
      Pattern.compile(
          STRING + ":(?:" + STRING + "|(-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?))(,(?=\")|$)");

  private FlatJson() {}

  /**
   * The members; strings are left escaped.
   *
   * @throws IllegalArgumentException if the line is not such an object
   */
  static Map<String, String> parse(String line) {
    Map<String, String> members = new LinkedHashMap<>();
    if (!line.startsWith("{") || !line.endsWith("}")) {
      throw new IllegalArgumentException("not an object: " + line);
    }
    Matcher matcher = MEMBER.matcher(line).region(1, line.length() - 1);
    while (matcher.lookingAt()) {
      String value = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
      if (members.put(matcher.group(1), value) != null) {
        throw new IllegalArgumentException("twice '" + matcher.group(1) + "': " + line);
      }
      if (matcher.end() == line.length() - 1) {
        return members;
      }
      matcher.region(matcher.end(), line.length() - 1);
    }
    throw new IllegalArgumentException("not JSON: " + line);
  }
}

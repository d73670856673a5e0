package dev.ferry.client;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What a program says with {@code --json}. */
final class Events {
  private Events() {}

  /** The number in the last event of the kind, if there is one. */
  static OptionalLong lastNumber(List<String> lines, String event, String field) {
    return lines.stream()
        .filter(line -> line.endsWith("}")) // Who is killed may leave half a line.
        .map(FlatJson::parse)
        .filter(members -> event.equals(members.get("event")))
        .mapToLong(members -> Long.parseLong(members.get(field)))
        .reduce((before, last) -> last);
  }

  /** The only event of the kind. */
  static Map<String, String> only(List<String> lines, String event) {
    List<Map<String, String>> found =
        lines.stream()
            .map(FlatJson::parse)
            .filter(members -> event.equals(members.get("event")))
            .toList();
    if (found.size() != 1) {
      throw new AssertionError("not one '" + event + "' in " + lines);
    }
    return found.get(0);
  }
}

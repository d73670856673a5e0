package dev.ferry.architecture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the table of packages in docs/architecture.md. */
final class ArchitectureDocument {
  private static final String HEADER = "| module | package | pure | subject | may know |";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private ArchitectureDocument() {}

  /**
   * The rows of the table.
   *
   * @throws IllegalArgumentException if a row is not understood
   */
  static List<PackageRule> packageRules(String markdown) {
    List<PackageRule> rules = new ArrayList<>();
    List<String> lines = markdown.lines().toList();
    int start = lines.indexOf(HEADER) + 2;
    for (String line : lines.subList(start, lines.size())) {
      if (!line.startsWith("|")) {
        break;
      }
      rules.add(row(line));
    }
    return rules;
  }

  private static PackageRule row(String line) {
    List<String> cells = Arrays.stream(line.split("\\|")).map(String::strip).toList();
    if (cells.size() != 6 || cells.get(4).isEmpty()) {
      throw new IllegalArgumentException("module, package, pure, subject, may know: " + line);
    }
    boolean isPure =
        switch (cells.get(3)) {
          case "yes" -> true;
          case "no" -> false;
          default -> throw new IllegalArgumentException("pure is yes or no: " + line);
        };
    String module = names(cells.get(1)).get(0);
    String name = names(cells.get(2)).get(0);
    return new PackageRule(module, name, isPure, names(cells.get(5)));
  }

  /** What stands in back-ticks. */
  private static List<String> names(String cell) {
    Matcher matcher = CODE.matcher(cell);
    return matcher.results().map(match -> match.group(1)).toList();
  }
}

package dev.ferry.cli;

/**
 * Escapes text from elsewhere before it is shown: a name from a peer must not control a terminal or
 * forge a log line.
 */
public final class Escaper {
  private Escaper() {}

  /**
   * The text with everything but visible characters and blanks written as {@code \}{@code u....}
   * escapes.
   */
  public static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            codePoint -> {
              if (isHarmless(codePoint)) {
                out.appendCodePoint(codePoint);
              } else {
                for (char unit : Character.toChars(codePoint)) {
                  appendEscaped(out, unit);
                }
              }
            });
    return out.toString();
  }

  private static boolean isHarmless(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> codePoint != '\\';
    };
  }

  private static void appendEscaped(StringBuilder out, char unit) {
    if (unit == '\\') {
      out.append("\\\\");
      return;
    }
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(Character.forDigit(unit >> shift & 0xf, 16));
    }
  }
}

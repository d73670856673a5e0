package dev.ferry.svg;

import java.util.Locale;

/** Writes SVG. Text and attributes are escaped; what XML cannot hold is replaced. */
public final class Svg {
  private final StringBuilder out = new StringBuilder();
  private int depth;

  /**
   * Begins an element.
   *
   * @param attributes names and values in turns; a value is a text or a number
   */
  public Svg open(String name, Object... attributes) {
    tag(name, attributes).append(">\n");
    depth++;
    return this;
  }

  public Svg close(String name) {
    depth--;
    indent().append("</").append(name).append(">\n");
    return this;
  }

  /** Adds an element without content. */
  public Svg add(String name, Object... attributes) {
    tag(name, attributes).append("/>\n");
    return this;
  }

  /** Adds an element with a text. */
  public Svg text(String name, String text, Object... attributes) {
    tag(name, attributes).append('>');
    escape(text);
    out.append("</").append(name).append(">\n");
    return this;
  }

  /** Adds a text whose end has a class of its own. */
  public Svg textWithNote(String text, String note, String noteClass, Object... attributes) {
    if (note.isEmpty()) {
      return text("text", text, attributes);
    }
    tag("text", attributes).append('>');
    escape(text);
    out.append("<tspan class=\"").append(noteClass).append("\" dx=\"14.6\">");
    escape(note);
    out.append("</tspan></text>\n");
    return this;
  }

  /** Adds rules of style, which come from no one else. */
  public Svg style(String rules) {
    open("style");
    rules.lines().forEach(line -> indent().append(line).append('\n'));
    return close("style");
  }

  private StringBuilder tag(String name, Object... attributes) {
    indent().append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      Object value = attributes[i + 1];
      if (value instanceof Double number) {
        out.append(number(number));
      } else {
        escape(value.toString());
      }
      out.append('"');
    }
    return out;
  }

  private StringBuilder indent() {
    return out.append("  ".repeat(depth));
  }

  /** With one digit after the point, if need be. */
  public static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            codePoint -> {
              switch (codePoint) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> out.appendCodePoint(isXml(codePoint) ? codePoint : 0xfffd);
              }
            });
  }

  /** Whether XML 1.0 has the character; line breaks are not wanted here. */
  private static boolean isXml(int codePoint) {
    return codePoint >= ' '
        && (codePoint < 0x7f || codePoint > 0x9f)
        && (codePoint < 0xd800 || codePoint > 0xdfff)
        && codePoint != 0xfffe
        && codePoint != 0xffff;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}

package dev.ferry.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** One JSON object on one line (RFC 8259), ASCII only. */
public final class JsonLine {
  private static final int LAST_ASCII = 0x7e;
  private static final int FRACTION_DIGITS = 6;

  private final StringBuilder out = new StringBuilder("{");

  /**
   * Begins an object.
   *
   * @param schema the kind of line and its version
   */
  public JsonLine(String schema) {
    put("schema", schema);
  }

  private JsonLine() {}

  /** Begins an object that becomes part of another one and has no schema. */
  public static JsonLine part() {
    return new JsonLine();
  }

  /** Adds a string. */
  public JsonLine put(String key, String value) {
    key(key);
    quote(value);
    return this;
  }

  /** Adds a number. */
  public JsonLine put(String key, long value) {
    key(key);
    out.append(value);
    return this;
  }

  /** Adds a number with at most six digits after the point; it must be finite. */
  public JsonLine put(String key, double value) {
    key(key);
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(FRACTION_DIGITS, RoundingMode.HALF_UP);
    out.append(rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString());
    return this;
  }

  /** Adds a boolean. */
  public JsonLine put(String key, boolean value) {
    key(key);
    out.append(value);
    return this;
  }

  /** Adds an object. */
  public JsonLine put(String key, JsonLine part) {
    key(key);
    out.append(part);
    return this;
  }

  /** Adds a list of objects. */
  public JsonLine put(String key, List<JsonLine> parts) {
    key(key);
    out.append('[');
    for (int i = 0; i < parts.size(); i++) {
      out.append(i == 0 ? "" : ",").append(parts.get(i));
    }
    out.append(']');
    return this;
  }

  private void key(String key) {
    if (out.length() > 1) {
      out.append(',');
    }
    quote(key);
    out.append(':');
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (unit == '"' || unit == '\\') {
        out.append('\\').append(unit);
      } else if (unit < ' ' || unit > LAST_ASCII) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          out.append(Character.forDigit(unit >> shift & 0xf, 16));
        }
      } else {
        out.append(unit);
      }
    }
    out.append('"');
  }

  /** The finished object, without a line break. */
  @Override
  public String toString() {
    return out + "}";
  }
}

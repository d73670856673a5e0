package dev.ferry.protocol.lab;

/** The two ways in which lab peers delimit the fields of a message (protocol.md, section 2.1). */
public enum Dialect {
  /** {@code d | 1 | …}: the canonical form. */
  SPACED(" | "),
  /** {@code d|1|…}: the form of some other years of the lab. */
  COMPACT("|");

  private final String delimiter;

  Dialect(String delimiter) {
    this.delimiter = delimiter;
  }

  /** The text between two fields; ASCII. */
  public String delimiter() {
    return delimiter;
  }
}

package dev.ferry.api;

/** The delimiter between the fields of a lab server's messages. Ferry servers accept both. */
public enum Dialect {
  /** {@code s | 0 | …}: the usual form. */
  SPACED(dev.ferry.protocol.lab.Dialect.SPACED),
  /** {@code s|0|…}: the form without blanks. */
  COMPACT(dev.ferry.protocol.lab.Dialect.COMPACT);

  final dev.ferry.protocol.lab.Dialect inLabMode;

  Dialect(dev.ferry.protocol.lab.Dialect inLabMode) {
    this.inLabMode = inLabMode;
  }
}

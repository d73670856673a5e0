package dev.ferry.api;

/** How a lab server delimits the fields of a message. Ferry servers understand both. */
public enum Dialect {
  /** {@code s | 0 | …}: what most use. */
  SPACED(dev.ferry.protocol.lab.Dialect.SPACED),
  /** {@code s|0|…}: the form of other years. */
  COMPACT(dev.ferry.protocol.lab.Dialect.COMPACT);

  final dev.ferry.protocol.lab.Dialect inLabMode;

  Dialect(dev.ferry.protocol.lab.Dialect inLabMode) {
    this.inLabMode = inLabMode;
  }
}

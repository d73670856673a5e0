package dev.ferry.storage;

import java.io.IOException;

/** A name that must not be used below the root; the message says which rule it breaks. */
public final class InvalidNameException extends IOException {
  private static final long serialVersionUID = 1;

  InvalidNameException(String rule) {
    super(rule);
  }
}

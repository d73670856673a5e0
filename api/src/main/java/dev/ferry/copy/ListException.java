package dev.ferry.copy;

import java.io.IOException;

/** A list off a server is none, or is more than a list may be. */
public final class ListException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * The fault is the server's.
   *
   * @param what what is wrong with the list, as a sentence about it
   */
  public ListException(String what) {
    super(what);
  }
}

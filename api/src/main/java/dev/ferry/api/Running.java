package dev.ferry.api;

/** Something that a client does, on threads of its own. Thread-safe. */
interface Running {
  /** Starts it; once. */
  void start();

  /** Begins to tell the server that it ends. */
  void beginStop();

  /** Ends it after {@link #beginStop}, at the latest after a timeout. */
  void endStop();
}

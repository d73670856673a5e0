package dev.ferry.runtime;

/** What is asked of a server, one of many requests over a connection ({@link BatchRunner}). */
public sealed interface BatchRequest permits FileJob, ServerQuestion {
  /** A constant for each type of request, for switches. */
  enum Type {
    TRANSFER,
    QUESTION
  }

  /** The constant of this request's type. */
  Type type();
}

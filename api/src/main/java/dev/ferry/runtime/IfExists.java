package dev.ferry.runtime;

/** What to do if a file of that name exists at the destination. */
public enum IfExists {
  OVERWRITE,
  REFUSE
}

package dev.ferry.runtime;

/** What to do if there is a file of the name at the destination already. */
public enum IfExists {
  OVERWRITE,
  REFUSE
}

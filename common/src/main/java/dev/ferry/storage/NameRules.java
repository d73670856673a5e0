package dev.ferry.storage;

/** Which names of files below a root peers may use (protocol.md, section 5). */
public enum NameRules {
  /** Those that every system takes. */
  PORTABLE,
  /** Also those that Windows would not take, or take for something else. */
  POSIX
}

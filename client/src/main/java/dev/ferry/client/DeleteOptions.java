package dev.ferry.client;

/**
 * What a copy deletes at the destination.
 *
 * @param wanted whether what the sources do not have is deleted there
 * @param most nothing is deleted if that were more files and directories than this
 */
record DeleteOptions(boolean wanted, long most) {
  /** Nothing is deleted. */
  static final DeleteOptions NONE = new DeleteOptions(false, Long.MAX_VALUE);
}

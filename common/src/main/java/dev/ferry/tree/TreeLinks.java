package dev.ferry.tree;

/**
 * Which links a copy takes.
 *
 * @param symbolic symbolic links, as such; else they are left out
 * @param hard that files have several names; else each of them is a file of its own
 */
public record TreeLinks(boolean symbolic, boolean hard) {
  /** None. */
  public static final TreeLinks NONE = new TreeLinks(false, false);
}

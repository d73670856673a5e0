package dev.ferry.storage;

/** Chooses where a store puts a file. */
@FunctionalInterface
interface PathPolicy {
  /**
   * The path of a file below the root.
   *
   * @param name as the peer gave it, not yet checked
   * @throws InvalidNameException if it is not allowed here
   */
  RelativePath placeOf(String name) throws InvalidNameException;
}

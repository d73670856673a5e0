package dev.ferry.storage;

/** Where a depot puts a file. */
@FunctionalInterface
interface PathPolicy {
  /**
   * The place of a file.
   *
   * @param name as the peer gave it, not yet checked
   * @throws InvalidNameException if it is not allowed here
   */
  RelativePath placeOf(String name) throws InvalidNameException;
}

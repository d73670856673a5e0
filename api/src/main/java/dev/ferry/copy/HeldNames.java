package dev.ferry.copy;

/**
 * How much memory names off a server take that have to be held at the same time. A short list can
 * be inflated to more of them than fit. Not thread-safe.
 */
public final class HeldNames {
  /** What holds one beside its characters, in bytes: two objects, and a place in a table. */
  private static final int BYTES_EACH = 150;

  private static final int SHARE_OF_HEAP = 4;

  private final long mostBytes;
  private long bytes;

  /** A quarter of the heap. */
  public HeldNames() {
    this(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  HeldNames(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Counts a name, and says whether there is memory for it. */
  boolean hasRoomFor(String name) {
    bytes += 2L * name.length() + BYTES_EACH;
    return bytes <= mostBytes;
  }

  /**
   * Counts a name.
   *
   * @throws ListException if there is no memory for it
   */
  public void add(String name) throws ListException {
    if (!hasRoomFor(name)) {
      throw new ListException(
          "the names in the server's list take more than "
              + (mostBytes >> 20)
              + " MiB of memory, a quarter of what there is");
    }
  }

  /** Nothing is held any more. */
  void clear() {
    bytes = 0;
  }
}

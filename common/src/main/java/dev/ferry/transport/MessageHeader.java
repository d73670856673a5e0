package dev.ferry.transport;

/**
 * Where the fields of Linux's {@code msghdr} and {@code cmsghdr} are on a 64-bit machine, in bytes
 * from the beginning of each. A {@code mmsghdr} begins with a {@code msghdr}, and how many bytes
 * were received follows.
 */
final class MessageHeader {
  static final int NAME = 0;
  static final int NAME_BYTES = 8;
  static final int VECTORS = 16;
  static final int VECTOR_COUNT = 24;
  static final int CONTROL = 32;
  static final int CONTROL_BYTES = 40;
  static final int RECEIVED_BYTES = 56;

  /** Of a {@code cmsghdr}. */
  static final int LEVEL = 8;

  static final int TYPE = 12;
  static final int VALUE = 16;

  private MessageHeader() {}

  /**
   * How far the next {@code cmsghdr} is from one that is so long.
   *
   * @param bytes as it says; of one that is damaged, less than its own header
   */
  static int space(long bytes) {
    long whole = Math.max(bytes, VALUE);
    return (int) ((whole + Long.BYTES - 1) / Long.BYTES * Long.BYTES);
  }
}

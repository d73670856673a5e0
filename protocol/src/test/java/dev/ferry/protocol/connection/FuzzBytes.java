package dev.ferry.protocol.connection;

/** Takes decisions from an input, one by one; zeros when it is used up. */
final class FuzzBytes {
  private final byte[] bytes;
  private int next;

  FuzzBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean isUsedUp() {
    return next >= bytes.length;
  }

  /** 0 … 255. */
  int octet() {
    return isUsedUp() ? 0 : bytes[next++] & 0xFF;
  }

  /** A number of so many octets, 1 … 8. */
  long number(int octets) {
    long number = 0;
    for (int i = 0; i < octets; i++) {
      number = number << Byte.SIZE | octet();
    }
    return number;
  }

  /** One of some numbers. */
  long oneOf(long... choices) {
    return choices[octet() % choices.length];
  }
}

package dev.ferry.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The checksum of what is in a journal (CRC-32C, RFC 3720, section 12.1). */
final class Crc32c {
  private Crc32c() {}

  /** Of a buffer from position to limit; it is not moved. */
  static int of(ByteBuffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes.duplicate());
    return (int) sum.getValue();
  }
}

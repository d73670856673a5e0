package dev.ferry.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a list says of one file or directory (protocol.md, section 11.5).
 *
 * @param sizeBytes 0 … {@link FileAttributes#MAX_SIZE_BYTES}; of a directory 0
 * @param modifiedNs the time of its last change, in nanoseconds since 1970 UTC; any value
 * @param mode its permission bits, 0 … {@link FileAttributes#MAX_MODE}
 * @param name below what was listed, with slashes, at most {@value #MAX_NAME_BYTES} bytes of UTF-8,
 *     and not checked; empty for what was listed itself
 * @param target where a link leads to; of another name of a file, the first one, below what was
 *     listed; empty if that is not told; of the end of a list {@value #HIDDEN}, or empty
 */
public record ListEntry(
    FileKind kind, long sizeBytes, long modifiedNs, int mode, String name, String target) {
  /** The longest name that an entry can carry, in bytes. */
  public static final int MAX_NAME_BYTES = 65_535;

  /** How many entries a list has at most. */
  public static final int MAX_ENTRIES = 2_000_000;

  /** How long all entries of a list are together at most, in bytes. */
  public static final long MAX_INFLATED_BYTES = 1L << 32;

  /** How long a list is at most as it is sent: compressed, in bytes. */
  public static final long MAX_LIST_BYTES = 1L << 30;

  /** What the end of a list says where names that begin with a dot are in no list. */
  public static final String HIDDEN = ".";

  private static final int FIXED_BYTES = FileAttributes.BYTES + 2 * Short.BYTES;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is violated
   */
  public ListEntry {
    if (!FileAttributes.isSize(sizeBytes) || !FileAttributes.isMode(mode)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "no entry of %d bytes and mode %d", sizeBytes, mode));
    }
  }

  /**
   * An entry for something of which the list says no more than that it is there, or, if it is a
   * directory that is listed, for what is in it.
   *
   * @param name below what was listed
   */
  public static ListEntry untold(String name) {
    return new ListEntry(FileKind.UNTOLD, 0, 0, 0, name, "");
  }

  /**
   * The last entry of a list.
   *
   * @param hides whether what begins with a dot is not in it, if there is any
   */
  public static ListEntry end(boolean hides) {
    return new ListEntry(FileKind.UNTOLD, 0, 0, 0, "", hides ? HIDDEN : "");
  }

  /** The entry as it is on the wire. */
  public byte[] encode() {
    byte[] nameBytes = name.getBytes(UTF_8);
    byte[] targetBytes = target.getBytes(UTF_8);
    return ByteBuffer.allocate(FIXED_BYTES + nameBytes.length + targetBytes.length)
        .putLong(sizeBytes)
        .putLong(modifiedNs)
        .putShort((short) new FileAttributes(kind, sizeBytes, modifiedNs, mode).kindAndMode())
        .putShort((short) nameBytes.length)
        .put(nameBytes)
        .putShort((short) targetBytes.length)
        .put(targetBytes)
        .array();
  }

  /**
   * Reads the next entry of a list; null at its end.
   *
   * @throws IOException if it cannot be read, or is malformed
   */
  public static @Nullable ListEntry read(DataInputStream in) throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    try {
      byte[] size = new byte[Long.BYTES];
      size[0] = (byte) first;
      in.readFully(size, 1, size.length - 1);
      long sizeBytes = ByteBuffer.wrap(size).getLong();
      long modifiedNs = in.readLong();
      int kindAndMode = in.readUnsignedShort();
      String name = text(in);
      String target = text(in);
      FileAttributes about = FileAttributes.listed(sizeBytes, modifiedNs, kindAndMode);
      if (about == null) {
        throw new IOException("a list with an unknown kind of file");
      }
      return new ListEntry(about.kind(), sizeBytes, modifiedNs, about.mode(), name, target);
    } catch (EOFException | CharacterCodingException | IllegalArgumentException e) {
      throw new IOException("a malformed list", e);
    }
  }

  private static String text(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readUnsignedShort()];
    in.readFully(bytes);
    return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}

package dev.ferry.tree;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Sha256;
import dev.ferry.storage.EntrySource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What there is to know of a file on this machine, to be compared with another one. */
public final class LocalFile {
  private static final int READ_BYTES = 256 << 10;

  private LocalFile() {}

  /** The attributes of a regular file; null if there is none. A link is none. */
  public static @Nullable FileAttributes attributes(Path file) {
    try {
      BasicFileAttributes found =
          Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
      boolean isFile = found.isRegularFile() && FileAttributes.isSize(found.size());
      return isFile
          ? new FileAttributes(found.size(), found.lastModifiedTime().to(TimeUnit.NANOSECONDS), 0)
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** The time and mode of a directory, as they are sent; null if there is none. */
  public static @Nullable FileAttributes directory(Path directory) {
    try {
      return EntrySource.directory(directory).attributes();
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * The blocks of a file whose SHA-256 are those of another one. A link is not followed.
   *
   * @param digests the file with those of the other one's blocks, one after the other
   * @return ranges in ascending order, with at least one byte between two
   */
  public static List<ByteRange> sameBlocks(Path file, Path digests) throws IOException {
    MessageDigest digest = Sha256.start();
    try (InputStream others = new BufferedInputStream(Files.newInputStream(digests))) {
      return blocks(
          file, block -> Arrays.equals(digest.digest(block), others.readNBytes(Sha256.BYTES)));
    }
  }

  /** The blocks of a file that are nothing but zeros; otherwise as {@link #sameBlocks}. */
  public static List<ByteRange> zeroBlocks(Path file) throws IOException {
    byte[] zeros = new byte[BlockSums.BLOCK_BYTES];
    return blocks(file, block -> Arrays.equals(block, 0, block.length, zeros, 0, block.length));
  }

  /** Looks at the content of a block. */
  @FunctionalInterface
  private interface BlockCondition {
    boolean holds(byte[] block) throws IOException;
  }

  private static List<ByteRange> blocks(Path file, BlockCondition test) throws IOException {
    List<ByteRange> found = new ArrayList<>();
    long start = 0;
    long end = 0;
    try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
      byte[] block = in.readNBytes(BlockSums.BLOCK_BYTES);
      for (long at = 0; block.length > 0; at += BlockSums.BLOCK_BYTES) {
        if (test.holds(block)) {
          if (end != at) {
            add(start, end, found);
            start = at;
          }
          end = at + block.length;
        }
        block = in.readNBytes(BlockSums.BLOCK_BYTES);
      }
    }
    add(start, end, found);
    return found;
  }

  private static void add(long start, long end, List<ByteRange> to) {
    if (end > start) {
      to.add(new ByteRange(start, end));
    }
  }

  /** The SHA-256 of a file, in lower-case hexadecimal digits. A link is not followed. */
  public static String sha256Hex(Path file) throws IOException {
    MessageDigest digest = Sha256.start();
    byte[] buffer = new byte[READ_BYTES];
    try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}

package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.storage.SecretFileException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file with the shared secret of two ends: one line with {@code ferry-key-1}, a blank and 64
 * hexadecimal digits; the line break at its end is optional. Only the owner may have permissions on
 * a regular file, where the file system supports permissions, and the owner must be this process's
 * user or root. Owner and permissions of other files are not checked, because they have no meaning:
 * {@code /dev/fd/3} may be a pipe. No message shows the content of the file.
 */
public final class SecretFile {
  private static final byte[] PREFIX = "ferry-key-1 ".getBytes(US_ASCII);
  private static final int LINE_BYTES = PREFIX.length + 2 * SharedSecret.BYTES;
  private static final int LINE_BREAK_BYTES = 2;

  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(
          EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

  private SecretFile() {}

  /**
   * Creates a random key, and writes it to a new file with mode 0600.
   *
   * @throws SecretFileException if the path exists already, or cannot be written
   */
  public static void create(Path path) throws SecretFileException {
    byte[] key = new byte[SharedSecret.BYTES];
    new SecureRandom().nextBytes(key);
    byte[] line = format(key);
    try {
      write(path, line);
    } catch (FileAlreadyExistsException e) {
      throw failure(
          Reason.CANNOT_CREATE,
          path,
          "exists already; a key is never overwritten: remove it if nobody needs it");
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw failure(Reason.CANNOT_CREATE, path, "cannot be created: no such directory");
    } catch (AccessDeniedException e) {
      throw failure(Reason.NOT_PERMITTED, path, "cannot be created: permission denied");
    } catch (IOException e) {
      throw failure(Reason.IO_ERROR, path, "cannot be written: " + reason(e));
    } finally {
      Arrays.fill(key, (byte) 0);
      Arrays.fill(line, (byte) 0);
    }
  }

  private static byte[] format(byte[] key) {
    byte[] line = Arrays.copyOf(PREFIX, LINE_BYTES + 1);
    HexFormat hex = HexFormat.of();
    for (int i = 0; i < SharedSecret.BYTES; i++) {
      line[PREFIX.length + 2 * i] = (byte) hex.toHighHexDigit(key[i]);
      line[PREFIX.length + 2 * i + 1] = (byte) hex.toLowHexDigit(key[i]);
    }
    line[LINE_BYTES] = '\n';
    return line;
  }

  private static void write(Path path, byte[] line) throws IOException {
    FileAttribute<?>[] attributes =
        knowsPermissions(path) ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0];
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    FileChannel channel = FileChannel.open(path, options, attributes);
    try (channel) {
      for (ByteBuffer rest = ByteBuffer.wrap(line); rest.hasRemaining(); ) {
        channel.write(rest);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(path); // A partly written key is useless.
      throw e;
    }
  }

  /**
   * Reads a key.
   *
   * @throws SecretFileException if the file does not exist or cannot be read, if it is another
   *     user's, if others than its owner have a permission on it, or if it is not a key file
   */
  public static SharedSecret read(Path path) throws SecretFileException {
    byte[] text = new byte[0];
    try {
      checkKind(path);
      try (InputStream file = Files.newInputStream(path)) {
        text = file.readNBytes(LINE_BYTES + LINE_BREAK_BYTES + 1);
      }
      SharedSecret key = parse(text);
      if (key == null) {
        throw failure(Reason.UNUSABLE, path, "is no key file; 'ferry keygen' makes one");
      }
      return key;
    } catch (SecretFileException e) {
      throw e;
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw failure(Reason.UNUSABLE, path, "does not exist; 'ferry keygen' makes one");
    } catch (AccessDeniedException e) {
      throw failure(Reason.NOT_PERMITTED, path, "cannot be read: permission denied");
    } catch (IOException e) {
      throw failure(Reason.IO_ERROR, path, "cannot be read: " + reason(e));
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  private static void checkKind(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      throw failure(Reason.UNUSABLE, path, "is a directory");
    }
    if (attributes.isRegularFile() && knowsPermissions(path)) {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
      if (!OWNERS.containsAll(permissions)) {
        throw failure(
            Reason.UNUSABLE,
            path,
            "is not its owner's alone ("
                + PosixFilePermissions.toString(permissions)
                + "); if nobody else can have read it: chmod 600 "
                + path);
      }
      requireOwnOwner(path);
    }
  }

  /** Another user's file is what that user wants it to be, and is known there. */
  private static void requireOwnOwner(Path path) throws IOException {
    Integer own = UserIds.ofProcess();
    Integer owner = UserIds.of(path);
    if (own != null && owner != null && !owner.equals(own) && !owner.equals(UserIds.ROOT)) {
      throw failure(
          Reason.UNUSABLE,
          path,
          "belongs to another user ("
              + Files.getOwner(path).getName()
              + "), who knows it and can change it; if it is to be yours: chown it to yourself");
    }
  }

  private static boolean knowsPermissions(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static @Nullable SharedSecret parse(byte[] text) {
    if (!isLine(text) || !Arrays.equals(PREFIX, Arrays.copyOf(text, PREFIX.length))) {
      return null;
    }
    byte[] key = new byte[SharedSecret.BYTES];
    for (int i = 0; i < key.length; i++) {
      int high = text[PREFIX.length + 2 * i];
      int low = text[PREFIX.length + 2 * i + 1];
      if (!HexFormat.isHexDigit(high) || !HexFormat.isHexDigit(low)) {
        return null;
      }
      key[i] = (byte) (HexFormat.fromHexDigit(high) << 4 | HexFormat.fromHexDigit(low));
    }
    SharedSecret secret = SharedSecret.copyOf(key);
    Arrays.fill(key, (byte) 0);
    return secret;
  }

  /**
   * Whether the text has the length of a key file, apart from a line break of Unix or Windows at
   * its end.
   */
  private static boolean isLine(byte[] text) {
    int length = text.length;
    if (length > LINE_BYTES && text[length - 1] == '\n') {
      length--;
      if (length > LINE_BYTES && text[length - 1] == '\r') {
        length--;
      }
    }
    return length == LINE_BYTES;
  }

  private static SecretFileException failure(Reason reason, Path path, String what) {
    return new SecretFileException(reason, "key file " + path + " " + what);
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException failed ? failed.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }
}

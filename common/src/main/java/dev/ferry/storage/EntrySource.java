package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.util.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** What is to be sent and is no regular file, as it was when it was looked at. Immutable. */
public final class EntrySource {
  private final FileAttributes attributes;
  private final byte[] content;

  private EntrySource(FileAttributes attributes, byte[] content) {
    this.attributes = attributes;
    this.content = content;
  }

  /**
   * A directory, without what is in it.
   *
   * @throws IOException if there is none, or something else
   */
  public static EntrySource directory(Path path) throws IOException {
    BasicFileAttributes found = look(path);
    if (!found.isDirectory()) {
      throw new NotDirectoryException(path.toString());
    }
    return of(FileKind.DIRECTORY, found, new byte[0]);
  }

  /**
   * A symbolic link, and where it leads.
   *
   * @throws IOException if there is none, or its target cannot be expressed
   */
  public static EntrySource link(Path path) throws IOException {
    BasicFileAttributes found = look(path);
    String target = targetOf(path);
    if (!UTF_8.newEncoder().canEncode(target)) {
      throw new IOException("its target is no text");
    }
    return of(FileKind.LINK, found, target.getBytes(UTF_8));
  }

  /**
   * Another name of a regular file.
   *
   * @param path by any of its names
   * @param first the name that the file has already at the other end
   * @throws IOException if there is none
   */
  public static EntrySource otherName(Path path, String first) throws IOException {
    BasicFileAttributes found = look(path);
    if (!found.isRegularFile()) {
      throw new NotRegularFileException(path.toString());
    }
    return of(FileKind.OTHER_NAME, found, first.getBytes(UTF_8));
  }

  /** Where a link leads, as it stands in it. */
  static String targetOf(Path link) throws IOException {
    Path target = Files.readSymbolicLink(link);
    List<String> components = new ArrayList<>();
    target.forEach(component -> components.add(NativePaths.text(component)));
    return (target.isAbsolute() ? "/" : "") + String.join("/", components);
  }

  private static EntrySource of(FileKind kind, BasicFileAttributes found, byte[] content) {
    return new EntrySource(
        new FileAttributes(
            kind,
            content.length,
            FileTimes.toNanos(found.lastModifiedTime()),
            FileModes.bitsOf(found)),
        content);
  }

  private static BasicFileAttributes look(Path path) throws IOException {
    Class<? extends BasicFileAttributes> type =
        FileModes.isPosix(path.getFileSystem())
            ? PosixFileAttributes.class
            : BasicFileAttributes.class;
    return Files.readAttributes(path, type, NOFOLLOW_LINKS);
  }

  /** What it is, and how much content it has. */
  public FileAttributes attributes() {
    return attributes;
  }

  /** How much content it has, in bytes. */
  public long sizeBytes() {
    return content.length;
  }

  /** Its content for one attempt. */
  public Reading on(EngineThread engineThread) {
    return new Reading(engineThread);
  }

  /** One attempt to send it. */
  public final class Reading implements SourceFile {
    private final EngineThread engineThread;
    private boolean released;

    private Reading(EngineThread engineThread) {
      this.engineThread = engineThread;
    }

    @Override
    public FileAttributes attributes() {
      return attributes;
    }

    @Override
    public long sizeBytes() {
      return content.length;
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
      dst.put(content, (int) offset, dst.remaining());
    }

    /** It is small. */
    @Override
    public void useBlockSums() {}

    @Override
    public void digest(DigestListener listener) {
      ContentCheck check = ContentCheck.bySha256(Sha256.of(content));
      engineThread.execute(
          nowNs -> {
            if (!released) {
              listener.digested(check, nowNs);
            }
          });
    }

    @Override
    public void release() {
      released = true;
    }
  }
}

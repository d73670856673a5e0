package dev.ferry.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory held by its path, for file systems without directory handles (Windows). Links are
 * looked for before each step. A directory that is swapped for a link at that very moment is not
 * noticed; {@link HandleDirectory} is safe from that.
 */
final class PathDirectory implements Directory {
  private final Path path;

  PathDirectory(Path path) {
    this.path = path;
  }

  private Path entry(String name) throws IOException {
    return path.resolve(Directory.entry(path.getFileSystem(), name));
  }

  @Override
  public Directory child(String name) throws IOException {
    Path child = entry(name);
    if (Files.notExists(child, NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(child.toString());
    }
    if (!Files.isDirectory(child, NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(child.toString());
    }
    return new PathDirectory(child);
  }

  @Override
  public @Nullable BasicFileAttributes attributes(String name) throws IOException {
    PosixFileAttributeView posix = posixView(name);
    try {
      return posix != null
          ? posix.readAttributes()
          : Files.readAttributes(entry(name), BasicFileAttributes.class, NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private @Nullable PosixFileAttributeView posixView(String name) throws IOException {
    return Files.getFileAttributeView(entry(name), PosixFileAttributeView.class, NOFOLLOW_LINKS);
  }

  @Override
  public void forEach(Visitor visitor) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        visitor.visit(NativePaths.text(entry.getFileName()));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            path, entry -> entry.getFileName().toString().startsWith(prefix))) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    return names;
  }

  @Override
  public FileChannel createFile(String name, OpenOption... access) throws IOException {
    Set<OpenOption> options = new HashSet<>(List.of(access));
    options.add(CREATE_NEW);
    return FileChannel.open(entry(name), options, FileModes.ownerOnly(path.getFileSystem()));
  }

  @Override
  public FileChannel openFile(String name, OpenOption... access) throws IOException {
    Set<OpenOption> options = new HashSet<>(List.of(access));
    options.add(NOFOLLOW_LINKS);
    return FileChannel.open(entry(name), options);
  }

  @Override
  public void setPermissions(String name, Set<PosixFilePermission> permissions) throws IOException {
    PosixFileAttributeView view = posixView(name);
    if (view != null) {
      view.setPermissions(permissions);
    }
  }

  @Override
  public BasicFileAttributes attributes() throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, NOFOLLOW_LINKS);
    if (view != null) {
      view.setPermissions(permissions);
    }
  }

  @Override
  public void setModified(FileTime time) throws IOException {
    Files.getFileAttributeView(path, BasicFileAttributeView.class, NOFOLLOW_LINKS)
        .setTimes(time, null, null);
  }

  @Override
  public void move(String name, Directory target, String newName) throws IOException {
    Files.move(
        entry(name),
        ((PathDirectory) target).entry(newName),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.delete(entry(name));
  }

  @Override
  public void deleteDirectory(String name) throws IOException {
    Files.delete(entry(name));
  }

  @Override
  public void sync() throws IOException {
    if (Directory.canBeFlushed(path.getFileSystem())) {
      try (FileChannel self = FileChannel.open(path, READ)) {
        self.force(true);
      }
    }
  }

  @Override
  public void close() {}
}

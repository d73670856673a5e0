package dev.ferry.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystem;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory held by its descriptor (openat and the like). Swapping a parent of it for a link
 * cannot divert an operation.
 */
final class HandleDirectory implements Directory {
  private final SecureDirectoryStream<Path> stream;
  private final FileSystem fileSystem;

  HandleDirectory(SecureDirectoryStream<Path> stream, FileSystem fileSystem) {
    this.stream = stream;
    this.fileSystem = fileSystem;
  }

  private Path entry(String name) throws IOException {
    return Directory.entry(fileSystem, name);
  }

  /**
   * Opens a directory only after a look at the entry: opening a pipe would wait for its other end,
   * and some Java versions leak a descriptor, and close one twice, when the entry is a file.
   */
  @Override
  public Directory child(String name) throws IOException {
    BasicFileAttributes entry = attributes(name);
    if (entry == null) {
      throw new NoSuchFileException(name);
    }
    if (!entry.isDirectory()) {
      throw new NotDirectoryException(name);
    }
    return new HandleDirectory(stream.newDirectoryStream(entry(name), NOFOLLOW_LINKS), fileSystem);
  }

  @Override
  public @Nullable BasicFileAttributes attributes(String name) throws IOException {
    PosixFileAttributeView posix = posixView(name);
    try {
      return posix != null
          ? posix.readAttributes()
          : stream
              .getFileAttributeView(entry(name), BasicFileAttributeView.class, NOFOLLOW_LINKS)
              .readAttributes();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public BasicFileAttributes attributes() throws IOException {
    return stream.getFileAttributeView(BasicFileAttributeView.class).readAttributes();
  }

  private @Nullable PosixFileAttributeView posixView(String name) throws IOException {
    return stream.getFileAttributeView(entry(name), PosixFileAttributeView.class, NOFOLLOW_LINKS);
  }

  @Override
  public void forEach(Visitor visitor) throws IOException {
    try {
      for (Path entry : stream) {
        visitor.visit(NativePaths.text(entry.getFileName()));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    List<String> names = new ArrayList<>();
    try {
      for (Path entry : stream) {
        String name = entry.getFileName().toString();
        if (name.startsWith(prefix)) {
          names.add(name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  @Override
  public FileChannel createFile(String name, OpenOption... access) throws IOException {
    return fileChannel(name, options(access, CREATE_NEW), FileModes.ownerOnly(fileSystem));
  }

  @Override
  public FileChannel openFile(String name, OpenOption... access) throws IOException {
    return fileChannel(name, options(access));
  }

  private static Set<OpenOption> options(OpenOption[] access, OpenOption... more) {
    Set<OpenOption> options = new HashSet<>(List.of(access));
    options.addAll(List.of(more));
    options.add(NOFOLLOW_LINKS);
    return options;
  }

  private FileChannel fileChannel(
      String name, Set<OpenOption> options, FileAttribute<?>... attributes) throws IOException {
    SeekableByteChannel channel = stream.newByteChannel(entry(name), options, attributes);
    if (channel instanceof FileChannel file) {
      return file;
    }
    channel.close();
    throw new IOException("this file system has no file channels");
  }

  @Override
  public void setPermissions(String name, Set<PosixFilePermission> permissions) throws IOException {
    PosixFileAttributeView view = posixView(name);
    if (view != null) {
      view.setPermissions(permissions);
    }
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    PosixFileAttributeView view = stream.getFileAttributeView(PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(permissions);
    }
  }

  @Override
  public void setModified(FileTime time) throws IOException {
    stream.getFileAttributeView(BasicFileAttributeView.class).setTimes(time, null, null);
  }

  @Override
  public void move(String name, Directory target, String newName) throws IOException {
    stream.move(entry(name), ((HandleDirectory) target).stream, entry(newName));
  }

  @Override
  public void delete(String name) throws IOException {
    stream.deleteFile(entry(name));
  }

  @Override
  public void deleteDirectory(String name) throws IOException {
    stream.deleteDirectory(entry(name));
  }

  @Override
  public void sync() throws IOException {
    if (Directory.canBeFlushed(fileSystem)) {
      try (FileChannel self = fileChannel(".", Set.of(READ))) {
        self.force(true);
      }
    }
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}

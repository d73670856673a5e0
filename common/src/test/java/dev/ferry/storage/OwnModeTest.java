package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Part files with a mode that keeps their owner out, left by a process that was killed. */
class OwnModeTest {
  private static final String PART = ".ferry-0123456789abcdef.part";

  @TempDir Path root;

  @BeforeEach
  void leaveAPartFile() throws IOException {
    Files.createFile(root.resolve(PART));
    Files.setPosixFilePermissions(root.resolve(PART), PosixFilePermissions.fromString("r--r--r--"));
  }

  /** Permissions do not stop the superuser, as whom this test may run; this does. */
  private record Strict(Directory directory, boolean owner) implements Directory {
    @Override
    public FileChannel openFile(String name, OpenOption... access) throws IOException {
      Set<PosixFilePermission> permissions = ((PosixFileAttributes) attributes(name)).permissions();
      if (List.of(access).contains(WRITE)
          && !permissions.contains(PosixFilePermission.OWNER_WRITE)) {
        throw new AccessDeniedException(name);
      }
      return directory.openFile(name, access);
    }

    @Override
    public void setPermissions(String name, Set<PosixFilePermission> permissions)
        throws IOException {
      if (!owner) {
        throw new FileSystemException(name, null, "Operation not permitted");
      }
      directory.setPermissions(name, permissions);
    }

    @Override
    public BasicFileAttributes attributes() throws IOException {
      return directory.attributes();
    }

    @Override
    public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
      directory.setPermissions(permissions);
    }

    @Override
    public void setModified(FileTime time) throws IOException {
      directory.setModified(time);
    }

    @Override
    public Directory child(String name) throws IOException {
      return directory.child(name);
    }

    @Override
    public BasicFileAttributes attributes(String name) throws IOException {
      return directory.attributes(name);
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
      directory.forEach(visitor);
    }

    @Override
    public List<String> list(String prefix) throws IOException {
      return directory.list(prefix);
    }

    @Override
    public FileChannel createFile(String name, OpenOption... access) throws IOException {
      return directory.createFile(name, access);
    }

    @Override
    public void move(String name, Directory target, String newName) throws IOException {
      directory.move(name, target, newName);
    }

    @Override
    public void delete(String name) throws IOException {
      directory.delete(name);
    }

    @Override
    public void deleteDirectory(String name) throws IOException {
      directory.deleteDirectory(name);
    }

    @Override
    public void sync() throws IOException {
      directory.sync();
    }

    @Override
    public void close() throws IOException {
      directory.close();
    }
  }

  @Test
  void shouldRemoveItsOwn() throws IOException {
    try (Directory strict = new Strict(Directory.open(root), true)) {
      StalePartSweeper.sweep(strict, (part, action) -> action.run(), part -> false);
    }
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void shouldOpenItsOwn() throws IOException {
    try (Directory strict = new Strict(Directory.open(root), true);
        FileChannel file = strict.openOwnFile(PART, WRITE)) {
      assertThat(file.isOpen()).isTrue();
    }
  }

  @Test
  void shouldLeaveOthersAlone() throws IOException {
    try (Directory strict = new Strict(Directory.open(root), false)) {
      assertThatThrownBy(() -> strict.openOwnFile(PART, WRITE))
          .isInstanceOf(AccessDeniedException.class);
      assertThat(StalePartSweeper.sweep(strict, (part, action) -> action.run(), part -> false))
          .isEmpty();
    }
    assertThat(Files.getPosixFilePermissions(root.resolve(PART)))
        .isEqualTo(PosixFilePermissions.fromString("r--r--r--"));
  }
}

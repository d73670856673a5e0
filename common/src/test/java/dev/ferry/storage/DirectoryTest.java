package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What both kinds of directory promise, on the file systems that each is for. */
class DirectoryTest {
  private static final byte[] CONTENT = "content".getBytes(UTF_8);
  private static final Set<PosixFilePermission> MODES =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.GROUP_READ);

  @TempDir Path temporary;

  enum Kind {
    HANDLE_ON_DISK,
    PATH_ON_DISK,
    HANDLE_IN_MEMORY,
    PATH_IN_MEMORY,
    PATH_IN_MEMORY_WINDOWS
  }

  private Path base(Kind kind) throws IOException {
    return switch (kind) {
      case HANDLE_ON_DISK, PATH_ON_DISK -> Files.createDirectory(temporary.resolve("base"));
      case HANDLE_IN_MEMORY, PATH_IN_MEMORY -> inMemory(Configuration.unix());
      case PATH_IN_MEMORY_WINDOWS -> inMemory(Configuration.windows());
    };
  }

  private static Path inMemory(Configuration configuration) throws IOException {
    FileSystem fileSystem = Jimfs.newFileSystem(configuration);
    return Files.createDirectory(fileSystem.getPath("base"));
  }

  private static Directory open(Kind kind, Path base) throws IOException {
    return switch (kind) {
      case HANDLE_ON_DISK, HANDLE_IN_MEMORY -> {
        Directory directory = Directory.open(base);
        assertThat(directory).isInstanceOf(HandleDirectory.class);
        yield directory;
      }
      case PATH_ON_DISK, PATH_IN_MEMORY -> new PathDirectory(base);
      case PATH_IN_MEMORY_WINDOWS -> {
        Directory directory = Directory.open(base);
        assertThat(directory).isInstanceOf(PathDirectory.class);
        yield directory;
      }
    };
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldCreateMoveListAndDelete(Kind kind) throws IOException {
    Path base = base(kind);
    Files.createDirectory(base.resolve("sub"));
    try (Directory top = open(kind, base);
        Directory sub = top.child("sub")) {
      try (FileChannel file = top.createFile("part", WRITE)) {
        file.write(ByteBuffer.wrap(CONTENT));
      }
      top.setPermissions("part", MODES);
      top.move("part", sub, "new");
      sub.sync();
      assertThat(sub.list("")).containsExactly("new");
      assertThat(sub.attributes("new").isRegularFile()).isTrue();
      assertThat(Files.readAllBytes(base.resolve("sub").resolve("new"))).isEqualTo(CONTENT);
      sub.delete("new");
      assertThat(sub.attributes("new")).isNull();
      top.deleteDirectory("sub");
    }
    assertThat(base).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldSayWhatIsNoDirectory(Kind kind) throws IOException {
    Path base = base(kind);
    Files.createFile(base.resolve("file"));
    try (Directory top = open(kind, base)) {
      assertThatThrownBy(() -> top.child("missing")).isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> top.child("file")).isInstanceOf(NotDirectoryException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldFollowNoLinks(Kind kind) throws IOException {
    Path base = base(kind);
    Path outside = Files.createDirectory(base.resolveSibling("outside"));
    Path victim = Files.write(outside.resolve("victim"), CONTENT);
    Path missing = outside.resolve("missing");
    Files.createSymbolicLink(base.resolve("directory"), outside);
    Files.createSymbolicLink(base.resolve("file"), victim);
    Files.createSymbolicLink(base.resolve("dangling"), missing);
    try (Directory top = open(kind, base)) {
      assertThatThrownBy(() -> top.child("directory")).isInstanceOf(NotDirectoryException.class);
      assertThat(top.attributes("directory").isSymbolicLink()).isTrue();
      assertThat(top.attributes("dangling").isSymbolicLink()).isTrue();
      assertThatThrownBy(() -> top.openFile("file", WRITE)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> top.createFile("dangling", WRITE))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(Files.readAllBytes(victim)).isEqualTo(CONTENT);
    assertThat(missing).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldNotOverwriteWhenCreating(Kind kind) throws IOException {
    Path base = base(kind);
    Files.write(base.resolve("file"), CONTENT);
    try (Directory top = open(kind, base)) {
      assertThatThrownBy(() -> top.createFile("file", WRITE))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(Files.readAllBytes(base.resolve("file"))).isEqualTo(CONTENT);
  }

  /** The handles of the file system in memory cannot replace; those of Linux can. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HANDLE_IN_MEMORY")
  void shouldReplaceFilesAndLinksThemselvesWhenMoving(Kind kind) throws IOException {
    Path base = base(kind);
    Path victim = Files.write(base.resolveSibling("victim"), CONTENT);
    Files.writeString(base.resolve("file"), "old");
    Files.createSymbolicLink(base.resolve("link"), victim);
    try (Directory top = open(kind, base)) {
      for (String name : top.list("")) {
        top.createFile("part", WRITE).close();
        top.move("part", top, name);
      }
    }
    for (String name : new String[] {"file", "link"}) {
      assertThat(Files.isRegularFile(base.resolve(name), LinkOption.NOFOLLOW_LINKS)).isTrue();
      assertThat(Files.size(base.resolve(name))).isZero();
    }
    assertThat(Files.readAllBytes(victim)).isEqualTo(CONTENT);
  }

  static Stream<Kind> onDisk() {
    return Stream.of(Kind.HANDLE_ON_DISK, Kind.PATH_ON_DISK);
  }

  @ParameterizedTest
  @MethodSource("onDisk")
  void shouldSetPermissions(Kind kind) throws IOException {
    Path base = base(kind);
    try (Directory top = open(kind, base)) {
      top.createFile("file", WRITE).close();
      assertThat(Files.getPosixFilePermissions(base.resolve("file")))
          .containsExactlyInAnyOrder(
              PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
      top.setPermissions("file", MODES);
      assertThat(Files.getPosixFilePermissions(base.resolve("file"))).isEqualTo(MODES);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldTakePlainNamesOnly(Kind kind) throws IOException {
    Path base = base(kind);
    String absolute = base.resolveSibling("escaped").toAbsolutePath().toString();
    try (Directory top = open(kind, base)) {
      for (String name : new String[] {"a/b", absolute, "../escaped"}) {
        assertThatThrownBy(() -> top.createFile(name, WRITE))
            .as("%s", name)
            .isInstanceOf(InvalidNameException.class);
      }
    }
    assertThat(base.resolveSibling("escaped")).doesNotExist();
  }

  @Test
  void shouldReportNamesThatTheSystemCannotExpress() throws IOException {
    try (Directory top = open(Kind.PATH_IN_MEMORY_WINDOWS, base(Kind.PATH_IN_MEMORY_WINDOWS))) {
      assertThatThrownBy(() -> top.createFile("a?b", WRITE))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.reason()).isEqualTo(RefusalReason.CANNOT_CREATE));
    }
  }
}

package dev.ferry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.ferry.protocol.crypto.SharedSecret;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link KeyFile}; permissions are tested where there are any. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class KeyFileTest {
  private static final String DIGITS = "00ff1020304050607080" + "a5".repeat(22);
  private static final SharedSecret KEY = SharedSecret.copyOf(HexFormat.of().parseHex(DIGITS));
  private static final String LINE = "ferry-key-1 " + DIGITS;

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("a key");
  }

  private void write(String text, String permissions) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static CommandException failure(ThrowingRead read) {
    return catchThrowableOfType(CommandException.class, read::run);
  }

  private interface ThrowingRead {
    void run() throws CommandException;
  }

  @Test
  void shouldReadWhatItCreated() throws CommandException, IOException {
    KeyFile.create(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String text = Files.readString(file);
    assertThat(text).matches("ferry-key-1 [0-9a-f]{64}\n");
    assertThat(KeyFile.read(file))
        .isEqualTo(SharedSecret.copyOf(HexFormat.of().parseHex(text.substring(12, 76))));

    Path other = directory.resolve("other");
    KeyFile.create(other);
    assertThat(KeyFile.read(other)).isNotEqualTo(KeyFile.read(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r\n"})
  void shouldTakeAnyEndOfTheLine(String end) throws CommandException, IOException {
    write(LINE + end, "rw-------");
    assertThat(KeyFile.read(file)).isEqualTo(KEY);
  }

  @Test
  void shouldTakeUpperCaseAndFewerPermissions() throws CommandException, IOException {
    write("ferry-key-1 " + DIGITS.toUpperCase(Locale.ROOT), "r--------");
    assertThat(KeyFile.read(file)).isEqualTo(KEY);
  }

  @Test
  void shouldNotOverwriteAKey() throws CommandException, IOException {
    KeyFile.create(file);
    SharedSecret key = KeyFile.read(file);
    CommandException e = failure(() -> KeyFile.create(file));
    assertThat(e.exitCode()).isEqualTo(ExitCode.CANNOT_CREATE);
    assertThat(e).hasMessageContaining("exists already").hasMessageContaining(file.toString());
    assertThat(KeyFile.read(file)).isEqualTo(key);

    Path dangling = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("none"));
    assertThat(failure(() -> KeyFile.create(dangling)).exitCode())
        .isEqualTo(ExitCode.CANNOT_CREATE);
    assertThat(directory.resolve("none")).doesNotExist();
  }

  @Test
  void shouldSayWhereItCannotCreateOne() throws IOException {
    CommandException e = failure(() -> KeyFile.create(directory.resolve("none").resolve("key")));
    assertThat(e.exitCode()).isEqualTo(ExitCode.CANNOT_CREATE);
    assertThat(e).hasMessageContaining("no such directory");
    Files.createFile(file);
    assertThat(failure(() -> KeyFile.create(file.resolve("key"))).exitCode())
        .isNotEqualTo(ExitCode.SOFTWARE);
  }

  @Test
  void shouldLeaveNoHalfKeyOnAFullDisk() throws IOException {
    Configuration tiny = Configuration.unix().toBuilder().setBlockSize(32).setMaxSize(64).build();
    try (FileSystem disk = Jimfs.newFileSystem(tiny)) {
      Path key = disk.getPath("/key");
      CommandException e = failure(() -> KeyFile.create(key));
      assertThat(e.exitCode()).isEqualTo(ExitCode.IO_ERROR);
      assertThat(key).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwx--x---", "rw-rw-rw-"})
  void shouldRefuseAFileThatIsNotItsOwnersAlone(String permissions) throws IOException {
    write(LINE, permissions);
    CommandException e = failure(() -> KeyFile.read(file));
    assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(e).hasMessageContaining(permissions).hasMessageContaining("chmod 600 " + file);
  }

  /** Only root can read another user's private file, and make one. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldRefuseAnotherUsersFile() throws IOException {
    write(LINE, "rw-------");
    assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).isEqualTo(0);
    Files.setAttribute(file, "unix:uid", 12_345);
    CommandException e = failure(() -> KeyFile.read(file));
    assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(e).hasMessageContaining("another user").hasMessageContaining("12345");
  }

  @Test
  void shouldLookAtTheFileBehindALink() throws CommandException, IOException {
    write(LINE, "rw-------");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    assertThat(KeyFile.read(link)).isEqualTo(KEY);
    write(LINE, "rw-r--r--");
    assertThat(failure(() -> KeyFile.read(link))).hasMessageContaining("rw-r--r--");
  }

  private static List<String> wrongTexts() {
    List<String> texts = new ArrayList<>();
    for (int length = 0; length < LINE.length(); length++) {
      texts.add(LINE.substring(0, length));
    }
    for (int at = 0; at < LINE.length(); at++) {
      texts.add(LINE.substring(0, at) + "g" + LINE.substring(at + 1));
      texts.add(LINE.substring(0, at) + "\0" + LINE.substring(at + 1));
    }
    Collections.addAll(
        texts,
        LINE + "0",
        LINE + " ",
        LINE + "\r",
        LINE + "\n\n",
        LINE + "\n\r",
        LINE + "\r\n ",
        " " + LINE,
        LINE + "\n" + LINE,
        LINE.replace("key-1", "key-2"),
        LINE.substring(0, LINE.length() - 1) + "é",
        DIGITS,
        "x".repeat(100_000));
    return texts;
  }

  @Test
  void shouldRefuseEveryOtherTextAndNotRepeatIt() throws IOException {
    for (String text : wrongTexts()) {
      write(text, "rw-------");
      CommandException e = failure(() -> KeyFile.read(file));
      assertThat(e).as(text).isNotNull();
      assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
      assertThat(e).hasMessageContaining("is no key file").hasNoCause();
      assertThat(e.getMessage()).doesNotContain(DIGITS.substring(0, 4));
    }
  }

  @Test
  void shouldSayWhatIsNotThereOrIsADirectory() {
    CommandException missing = failure(() -> KeyFile.read(file));
    assertThat(missing.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(missing).hasMessageContaining("does not exist").hasMessageContaining("keygen");
    CommandException isDirectory = failure(() -> KeyFile.read(directory));
    assertThat(isDirectory.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(isDirectory).hasMessageContaining("is a directory");
  }

  @Test
  void shouldShowNoControlCharactersOfAName() {
    assertThat(failure(() -> KeyFile.read(directory.resolve("\u001b[31m"))))
        .hasMessageContaining("\\u001b[31m");
  }

  /** Reads {@code /dev/fd/3} in another process; descriptor 3 is a pipe in which the text is. */
  private static String readFromPipe(String text) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "exec \"$@\" 3<&0 </dev/null",
                "sh",
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KeyFileProbe.class.getName(),
                "/dev/fd/3")
            .redirectErrorStream(true)
            .start();
    try (OutputStream pipe = process.getOutputStream()) {
      pipe.write(text.getBytes(UTF_8));
    }
    return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
  }

  @Test
  void shouldReadFromAPipeOnADescriptor() throws IOException {
    assertThat(readFromPipe(LINE + "\n")).isEqualTo(DIGITS);
    assertThat(readFromPipe("x")).startsWith("CONFIGURATION: ").contains("is no key file");
  }
}

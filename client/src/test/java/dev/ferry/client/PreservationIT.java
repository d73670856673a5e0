package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.Unprivileged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a file's metadata arrives with it. */
@DisabledOnOs(OS.WINDOWS)
class PreservationIT {
  private static final FileTime TIME =
      FileTime.from(Instant.parse("1999-12-31T23:59:59.123456789Z"));

  @TempDir Path directory;

  private JarProcess.Result transfer(boolean get, Path from, Path to, String... options)
      throws IOException {
    JarProcess.Result result;
    try (ServerProcess server = ServerProcess.launcher((get ? from : to).getParent()).start()) {
      String operand = "127.0.0.1:" + server.port();
      String[] operands =
          get
              ? new String[] {"get", operand, from.getFileName().toString(), to.toString()}
              : new String[] {operand, from.toString(), to.getFileName().toString()};
      String[] arguments = new String[operands.length + options.length];
      System.arraycopy(operands, 0, arguments, 0, operands.length);
      System.arraycopy(options, 0, arguments, operands.length, options.length);
      result = JarProcess.client().run(arguments);
      assertThat(result.exitCode()).as("%s", result).isZero();
    }
    assertThat(to).hasSameBinaryContentAs(from);
    return result;
  }

  private Path source(String mode) throws IOException {
    Path from = Files.createDirectory(directory.resolve("from")).resolve("file");
    TestFiles.create(from, 5_000);
    Files.setLastModifiedTime(from, TIME);
    Files.setPosixFilePermissions(from, PosixFilePermissions.fromString(mode));
    return from;
  }

  private Path target() throws IOException {
    return Files.createDirectory(directory.resolve("to")).resolve("copy");
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @ParameterizedTest(name = "get: {0}, {1}")
  @CsvSource({"false, rwxr-x--x", "false, r--------", "true, rwxr-x--x", "true, rw-rw-rw-"})
  void shouldKeepTimeAndMode(boolean get, String mode) throws IOException {
    Path from = source(mode);
    Path to = target();

    transfer(get, from, to);

    assertThat(Files.getLastModifiedTime(to)).isEqualTo(TIME);
    assertThat(mode(to)).isEqualTo(mode);
  }

  /** Only root can read such a file; the other end, to whom the copy belongs, need not be root. */
  @ParameterizedTest(name = "get: {0}, {1}")
  @CsvSource({"false, ---------", "false, -w-------", "true, ---------", "true, -w-------"})
  void shouldStoreWhatItsOwnerMayNotRead(boolean get, String mode)
      throws IOException, InterruptedException {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can read the source");
    Path from = source(mode);
    Path to = target();
    String jar = System.getProperty(get ? "ferry.client.jar" : "ferry.server.jar");
    String[] nobody = Unprivileged.command(to.getParent(), jar, directory, from.getParent());
    Path root = (get ? from : to).getParent();
    try (ServerProcess server =
        get
            ? ServerProcess.launcher(root).start()
            : ServerProcess.launcher(root).under(nobody).start()) {
      String operand = "127.0.0.1:" + server.port();
      JarProcess.Result result =
          get
              ? JarProcess.client().under(nobody).run("get", operand, "file", to.toString())
              : JarProcess.client().run(operand, from.toString(), "copy");
      assertThat(result.exitCode()).as("%s", result).isZero();
    }
    assertThat(to).hasSameBinaryContentAs(from);
    assertThat(mode(to)).isEqualTo(mode);
    assertThat(Files.getLastModifiedTime(to)).isEqualTo(TIME);
  }

  @ParameterizedTest(name = "get: {0}")
  @CsvSource({"false", "true"})
  void shouldSayThatATimeWasNotKept(boolean get) throws IOException {
    Path from = source("rw-------");
    FileTime late = FileTime.from(Instant.parse("2300-01-01T00:00:00Z"));
    Files.setLastModifiedTime(from, late);
    assumeTrue(Files.getLastModifiedTime(from).equals(late), "this disk has no such times");
    Path to = target();

    JarProcess.Result result = transfer(get, from, to);

    assertThat(result.err())
        .containsExactly(
            "ferry client: the time of modification was not kept: it is beyond 1677 to 2262");
    assertThat(transfer(get, from, to, "--no-preserve").err()).isEmpty();
  }

  @ParameterizedTest(name = "get: {0}")
  @CsvSource({"false", "true"})
  void shouldNotKeepThemIfToldSo(boolean get) throws IOException {
    Path from = source("rwx------");
    Path to = target();
    Path fresh = Files.createFile(directory.resolve("fresh"));

    transfer(get, from, to, "--no-preserve");

    assertThat(Files.getLastModifiedTime(to)).isGreaterThan(TIME);
    assertThat(mode(to)).isEqualTo(mode(fresh));
  }

  @ParameterizedTest(name = "get: {0}")
  @CsvSource({"false", "true"})
  void shouldKeepThoseOfAnEmptyFile(boolean get) throws IOException {
    Path from = source("rw-r-----");
    Files.write(from, new byte[0]);
    Files.setLastModifiedTime(from, TIME);
    Path to = target();

    transfer(get, from, to);

    assertThat(Files.getLastModifiedTime(to)).isEqualTo(TIME);
    assertThat(mode(to)).isEqualTo("rw-r-----");
  }
}

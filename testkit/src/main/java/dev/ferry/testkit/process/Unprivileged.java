package dev.ferry.testkit.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs as a user to whom permissions apply; they do not apply to root. */
public final class Unprivileged {
  private static final String NOBODY = "65534";

  private Unprivileged() {}

  /**
   * The command that runs another as such a user, who owns the given directory; empty if this is
   * one already. Skips the test if that is not possible.
   *
   * @param jar what that user must be able to read besides
   * @param readable what is made readable for that user, outermost first
   */
  public static String[] command(Path owned, String jar, Path... readable)
      throws IOException, InterruptedException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return new String[0];
    }
    for (Path path : readable) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.setAttribute(owned, "unix:uid", Integer.parseInt(NOBODY));
    List<String> command =
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--");
    List<String> probe = new ArrayList<>(command);
    probe.addAll(List.of("sh", "-c", "test -r \"$0\" && test -w \"$1\"", jar, owned.toString()));
    if (!succeeds(probe)) {
      System.out.println("a test is skipped: root's privileges cannot be dropped here");
      assumeTrue(false, "root's privileges cannot be dropped here");
    }
    return command.toArray(String[]::new);
  }

  private static boolean succeeds(List<String> command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}

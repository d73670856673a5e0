package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.NativeArguments;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/** The names of local files, as the user gives them. */
final class LocalPath {
  private LocalPath() {}

  /**
   * Reads the name of a file.
   *
   * @throws CommandException if the system cannot express it
   */
  static Path parse(String name) throws CommandException {
    try {
      return NativeArguments.path(name);
    } catch (InvalidPathException e) {
      throw new CommandException(
          ExitCode.NO_INPUT,
          String.format(
              Locale.ROOT,
              "'%s' is no file name in this system's character set; see LC_ALL and LANG",
              Escaper.escape(name)));
    }
  }
}

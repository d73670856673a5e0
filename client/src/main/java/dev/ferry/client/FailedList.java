package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.NativeArguments;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The list of what was not copied, in the form that {@code --files-from} takes. Thread-safe. */
final class FailedList implements Closeable {
  private final OutputStream out;
  private final String name;
  private @Nullable IOException error;

  private FailedList(OutputStream out, String name) {
    this.out = out;
    this.name = name;
  }

  /**
   * Opens a list; one that is there is emptied. Null if none is wanted.
   *
   * @throws CommandException if it cannot be written, or is the one that is read
   */
  static @Nullable FailedList open(CopyOptions options) throws CommandException {
    String name = options.failedTo();
    if (name == null) {
      return null;
    }
    if (name.equals(options.filesFrom()) || name.equals(options.filesFromNul())) {
      throw new CommandException(
          ExitCode.USAGE, "--failed-to must not be the list that is read; take another file");
    }
    Path file = LocalPath.parse(name);
    try {
      return new FailedList(new BufferedOutputStream(Files.newOutputStream(file)), name);
    } catch (IOException e) {
      throw unwritable(name, e);
    }
  }

  private static CommandException unwritable(String name, IOException cause) {
    return new CommandException(
        ExitCode.CANNOT_CREATE,
        "the list '" + Escaper.escape(name) + "' cannot be written: " + cause.getMessage());
  }

  /** Adds what names a source; a name with a line feed cannot be copied anyway, and is left out. */
  synchronized void add(String listed) {
    if (listed.isEmpty() || listed.indexOf('\n') >= 0) {
      return;
    }
    try {
      out.write(NativeArguments.encode(listed));
      out.write('\n');
    } catch (InvalidPathException e) {
      // No file has that name.
    } catch (IOException e) {
      error = e;
    }
  }

  /**
   * Makes sure that all of it was written.
   *
   * @throws CommandException if it was not
   */
  synchronized void finish() throws CommandException {
    try {
      out.flush();
    } catch (IOException e) {
      error = e;
    }
    if (error != null) {
      throw unwritable(name, error);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}

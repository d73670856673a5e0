package dev.ferry.cli;

import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.storage.SecretFile;
import dev.ferry.storage.SecretFileException;
import java.nio.file.Path;

/** Key files ({@link SecretFile}) for programs, which turn failures into exit codes. */
public final class KeyFile {
  private KeyFile() {}

  /**
   * Creates a random key, and writes it to a new file with mode 0600.
   *
   * @throws CommandException if the path exists already, or cannot be written
   */
  public static void create(Path path) throws CommandException {
    try {
      SecretFile.create(path);
    } catch (SecretFileException e) {
      throw failure(e);
    }
  }

  /**
   * Reads a key.
   *
   * @throws CommandException if the file does not exist or cannot be read, if others than its owner
   *     have a permission on it, or if it is not a key file
   */
  public static SharedSecret read(Path path) throws CommandException {
    try {
      return SecretFile.read(path);
    } catch (SecretFileException e) {
      throw failure(e);
    }
  }

  private static CommandException failure(SecretFileException cause) {
    ExitCode exitCode =
        switch (cause.reason()) {
          case CANNOT_CREATE -> ExitCode.CANNOT_CREATE;
          case UNUSABLE -> ExitCode.CONFIGURATION;
          case NOT_PERMITTED -> ExitCode.NOT_PERMITTED;
          case IO_ERROR -> ExitCode.IO_ERROR;
        };
    return new CommandException(exitCode, Escaper.escape(String.valueOf(cause.getMessage())));
  }
}

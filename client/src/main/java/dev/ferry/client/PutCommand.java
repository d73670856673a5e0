package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.Program;
import dev.ferry.copy.CopyNames;
import dev.ferry.runtime.DiskWorkers;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.TransportOptions;
import dev.ferry.runtime.UnsendableException;
import dev.ferry.runtime.Upload;
import dev.ferry.tree.TreeSource;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Sends a file, or a directory with all that is below it. */
final class PutCommand implements Command {
  @Override
  public String name() {
    return "put";
  }

  @Override
  public String operands() {
    return "HOST:PORT FILE|- [DEST] [OPTION]...";
  }

  @Override
  public ExitCode run(List<String> operands, Options options, Console console)
      throws CommandException {
    Program.checkOperands(operands, 2, 3, "HOST:PORT FILE [DEST]");
    HostPort server = ServerOperand.parse(operands);
    boolean isInput = operands.get(1).equals(PipeTask.NAME);
    if (isInput || options.follow()) {
      return putStream(server, isInput, operands, options, console);
    }
    Path file = LocalPath.parse(operands.get(1));
    if (!options.copy().isDefault() || Files.isDirectory(file)) {
      return putTree(server, file, operands, options, console);
    }
    String name = destination(operands, operands.get(1), options.as());
    SecurityOptions security = options.security();
    try (DiskWorkers diskWorkers = new DiskWorkers();
        Upload upload = Upload.open(file, name, options.transfer(), security, diskWorkers)) {
      TransportOptions transport = options.transport(console);
      return new TransferTask(server, security, transport, options.stats(), console, diskWorkers)
          .rememberPaths(options.remembersPaths())
          .keepTrying(options.keepTryingNs())
          .run(upload);
    } catch (UnsendableException e) {
      throw FailureText.unsendable(e).toException();
    }
  }

  /** Sends standard input, or a file that grows. */
  private static ExitCode putStream(
      HostPort server, boolean isInput, List<String> operands, Options options, Console console)
      throws CommandException {
    PipeTask task = new PipeTask(server, options, console);
    if (!isInput) {
      String name = destination(operands, operands.get(1), options.as());
      return task.follow(LocalPath.parse(operands.get(1)), name);
    }
    PipeTask.requireNoFollow(options);
    if (operands.size() > 2 && !options.as().isEmpty()) {
      throw new CommandException(ExitCode.USAGE, "--as takes the place of DEST; give only one");
    }
    String name = operands.size() > 2 ? operands.get(2) : options.as();
    return task.sendInput(PipeTask.requireName(name));
  }

  /** Sends a directory, or what of it is wanted. */
  private static ExitCode putTree(
      HostPort server, Path file, List<String> operands, Options options, Console console)
      throws CommandException {
    if (options.copy().readsList()) {
      throw new CommandException(ExitCode.USAGE, "--files-from is for cp");
    }
    CopyNames names = CpCommand.namesOf(operands.get(1));
    String given = options.as().isEmpty() ? "" : options.as();
    String dest = operands.size() < 3 ? given : operands.get(2);
    if (operands.size() > 2 && !given.isEmpty()) {
      throw new CommandException(ExitCode.USAGE, "--as takes the place of DEST; give only one");
    }
    // DEST is its name, unless it ends in a slash.
    String name =
        dest.isEmpty() || dest.endsWith("/") ? CopyNames.join(dest, names.ownName()) : dest;
    List<TreeSource> sources = List.of(new TreeSource(file, names.listed(), name));
    return new CopyTask(server, false, options, console)
        .send(sources.iterator(), CpCommand.directories(sources));
  }

  /**
   * The name at the server: the file's own name, unless the user gives another one or a directory.
   */
  private static String destination(List<String> operands, String file, String as)
      throws CommandException {
    if (operands.size() < 3) {
      return as.isEmpty() ? ownName(file) : as;
    }
    String dest = operands.get(2);
    if (!as.isEmpty()) {
      throw new CommandException(ExitCode.USAGE, "--as takes the place of DEST; give only one");
    }
    requireOneFile(file, dest);
    return dest.isEmpty() || dest.endsWith("/") ? dest + ownName(file) : dest;
  }

  /** By its text, because Java's paths do not tell what is no character. */
  private static String ownName(String file) {
    int end = file.length();
    while (end > 0 && isSeparator(file.charAt(end - 1))) {
      end--;
    }
    int start = end;
    while (start > 0 && !isSeparator(file.charAt(start - 1))) {
      start--;
    }
    return file.substring(start, end);
  }

  private static boolean isSeparator(char unit) {
    return unit == '/' || unit == File.separatorChar;
  }

  /** A shell may have made several files of a pattern: none must replace another at the server. */
  private static void requireOneFile(String file, String dest) throws CommandException {
    Path local = LocalPath.parse(dest);
    if (Files.isRegularFile(local)
        && !local.normalize().equals(LocalPath.parse(file).normalize())) {
      String shown = "'" + Escaper.escape(dest) + "'";
      throw new CommandException(
          ExitCode.USAGE,
          shown
              + " is a file here, too, and one file is sent at a time; if it is the name at the"
              + " server, say --as "
              + shown);
    }
  }
}

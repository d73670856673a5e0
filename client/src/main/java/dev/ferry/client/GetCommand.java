package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.Program;
import dev.ferry.runtime.DiskWorkers;
import dev.ferry.runtime.Download;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.TransportOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Fetches a file. */
final class GetCommand implements Command {
  @Override
  public String name() {
    return "get";
  }

  @Override
  public String operands() {
    return "HOST:PORT NAME [LOCAL|-] [OPTION]...";
  }

  @Override
  public ExitCode run(List<String> operands, Options options, Console console)
      throws CommandException {
    Program.checkOperands(operands, 2, 3, "HOST:PORT NAME [LOCAL] after get");
    HostPort server = ServerOperand.parse(operands);
    String name = operands.get(1);
    PipeTask.requireNoFollow(options);
    if (operands.size() > 2 && operands.get(2).equals(PipeTask.NAME)) {
      requireFile(name);
      return new PipeTask(server, options, console).fetch(name);
    }
    Path local = destination(operands, name);
    SecurityOptions security = options.security();
    if (security.mode() == SecurityOptions.Mode.LAB) {
      throw ClientArguments.labExcludesFerry();
    }
    try (DiskWorkers diskWorkers = new DiskWorkers()) {
      Download download =
          new Download(name, local, options.transfer(), security.inFerryMode(), diskWorkers);
      TransportOptions transport = options.transport(console);
      return new TransferTask(server, security, transport, options.stats(), console, diskWorkers)
          .rememberPaths(options.remembersPaths())
          .keepTrying(options.keepTryingNs())
          .run(download);
    }
  }

  /** The last component of the name of a file. */
  private static String requireFile(String name) throws CommandException {
    String ownName = name.substring(name.lastIndexOf('/') + 1);
    if (ownName.isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE,
          "'" + Escaper.escape(name) + "' names no file: get fetches one file, not a directory");
    }
    return ownName;
  }

  /** The destination: the file's own name, unless the user gives another one or a directory. */
  private static Path destination(List<String> operands, String name) throws CommandException {
    String ownName = requireFile(name);
    if (operands.size() < 3) {
      return LocalPath.parse(ownName);
    }
    String given = operands.get(2);
    Path local = LocalPath.parse(given);
    return given.endsWith("/") || Files.isDirectory(local)
        ? local.resolve(LocalPath.parse(ownName))
        : local;
  }
}

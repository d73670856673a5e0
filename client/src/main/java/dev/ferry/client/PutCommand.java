package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.Program;
import dev.ferry.runtime.DiskWorkers;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.TransportOptions;
import dev.ferry.runtime.UnsendableException;
import dev.ferry.runtime.Upload;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends a file. */
final class PutCommand implements Command {
  @Override
  public String name() {
    return "put";
  }

  @Override
  public String operands() {
    return "HOST:PORT FILE [DEST] [OPTION]...";
  }

  @Override
  public ExitCode run(List<String> operands, Options options, Console console)
      throws CommandException {
    Program.checkOperands(operands, 2, 3, "HOST:PORT FILE [DEST]");
    HostPort server = HostPort.parse(operands.get(0));
    Path file = LocalPath.parse(operands.get(1));
    String name = destination(operands, file);
    SecurityOptions security = options.security();
    try (DiskWorkers diskWorkers = new DiskWorkers();
        Upload upload = Upload.open(file, name, options.transfer(), security, diskWorkers)) {
      TransportOptions transport = options.transport(console);
      return new TransferTask(server, security, transport, options.stats(), console, diskWorkers)
          .run(upload);
    } catch (UnsendableException e) {
      throw FailureText.unsendable(e).toException();
    }
  }

  /**
   * The name at the server: the file's own name, unless the user gives another one or a directory.
   */
  private static String destination(List<String> operands, Path file) {
    @Nullable Path fileName = file.getFileName();
    String ownName = fileName == null ? "" : fileName.toString();
    if (operands.size() < 3) {
      return ownName;
    }
    String dest = operands.get(2);
    return dest.isEmpty() || dest.endsWith("/") ? dest + ownName : dest;
  }
}

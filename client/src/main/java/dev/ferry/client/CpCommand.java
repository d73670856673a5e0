package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.FileErrors;
import dev.ferry.client.CopyOperand.Local;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.copy.CopyNames;
import dev.ferry.copy.CopyTarget;
import dev.ferry.tree.TreeSource;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Copies files and directories to a server, or from it; or only compares them. */
final class CpCommand implements Command {
  private static final boolean WINDOWS = File.separatorChar == '\\';
  private static final String SEPARATORS = WINDOWS ? "/\\" : "/";

  private final String name;

  /**
   * Creates the command.
   *
   * @param name {@code cp}, or {@code verify}
   */
  CpCommand(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String operands() {
    return "SOURCE... DESTINATION [OPTION]...";
  }

  @Override
  public ExitCode run(List<String> operands, Options options, Console console)
      throws CommandException {
    int least = options.copy().readsList() ? 1 : 2;
    if (operands.size() < least) {
      throw usage(
          "expected SOURCE... DESTINATION after "
              + name
              + ", got "
              + operands.size()
              + " operand(s)");
    }
    if (options.copy().delete().wanted()
        && (options.copy().readsList() || options.copy().verify())) {
      throw usage("--delete is for cp and put, and not with --files-from");
    }
    if (!options.as().isEmpty()) {
      throw usage("--as is for put; with cp the name at the server is part of the destination");
    }
    if (options.follow() || operands.contains(PipeTask.NAME)) {
      return new PipeCopy(options, console).run(operands, CpCommand::parse);
    }
    List<CopyOperand> sources = new ArrayList<>();
    for (String operand : operands.subList(0, operands.size() - 1)) {
      sources.add(parse(operand));
    }
    CopyOperand destination = parse(operands.get(operands.size() - 1));
    return switch (destination.side()) {
      case REMOTE -> put(sources, (Remote) destination, options, console);
      case LOCAL -> get(sources, (Local) destination, options, console);
    };
  }

  private static CopyOperand parse(String operand) throws CommandException {
    if (operand.isEmpty()) {
      throw usage("a source or the destination is empty");
    }
    return CopyOperand.parse(operand, WINDOWS);
  }

  private static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  /** The parts of the name of a local source. */
  static CopyNames namesOf(String text) {
    return CopyNames.of(text, SEPARATORS);
  }

  private static ExitCode put(
      List<CopyOperand> sources, Remote destination, Options options, Console console)
      throws CommandException {
    List<String> locals = new ArrayList<>();
    for (CopyOperand source : sources) {
      if (!(source instanceof Local local)) {
        throw usage("one side of a copy is on this machine");
      }
      locals.add(local.text());
    }
    CopyTask task = new CopyTask(destination.server(), false, options, console);
    if (options.copy().readsList()) {
      return putListed(locals, destination.path(), options, task);
    }
    List<TreeSource> found = treeSources(locals, destination.path(), options);
    return task.send(found.iterator(), directories(found));
  }

  private static ExitCode putListed(
      List<String> locals, String destination, Options options, CopyTask task)
      throws CommandException {
    if (locals.size() > 1) {
      throw usage("with --files-from there is one SOURCE at most, which the names in it are below");
    }
    String base = locals.isEmpty() ? "" : locals.get(0) + "/";
    try (SourceList list = SourceList.open(options.copy(), base, destination)) {
      ExitCode end = task.send(list, List.of());
      IOException error = list.error();
      if (error != null) {
        throw new CommandException(
            ExitCode.NO_INPUT,
            "the list was not read to its end: "
                + Escaper.escape(String.valueOf(error.getMessage())));
      }
      return end;
    } catch (IOException e) {
      throw new CommandException(ExitCode.IO_ERROR, "cannot close the list: " + e.getMessage());
    }
  }

  /** What the sources that are directories become at the server. */
  static List<String> directories(List<TreeSource> sources) {
    return sources.stream()
        .filter(source -> Files.isDirectory(source.path()))
        .map(TreeSource::name)
        .toList();
  }

  private static List<TreeSource> treeSources(
      List<String> locals, String destination, Options options) throws CommandException {
    List<TreeSource> sources = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    boolean several = locals.size() > 1;
    for (String text : locals) {
      CopyNames names = namesOf(text);
      Path path = LocalPath.parse(text);
      boolean isDirectory = Files.isDirectory(path);
      if (names.isContent() && !isDirectory && Files.exists(path)) {
        throw new CommandException(
            ExitCode.NO_INPUT, "'" + Escaper.escape(text) + "' is no directory");
      }
      String name = names.at(destination, isDirectory, several);
      if (!names.isContent() && !taken.add(name)) {
        throw usage("two sources would have the name '" + Escaper.escape(name) + "'");
      }
      if (options.copy().failedTo() != null && name.equals(destination) && !isDirectory) {
        throw usage("--failed-to needs a directory as the destination, with a slash behind it");
      }
      sources.add(new TreeSource(path, names.listed(), name));
    }
    return sources;
  }

  private static ExitCode get(
      List<CopyOperand> sources, Local destination, Options options, Console console)
      throws CommandException {
    List<Remote> remotes = new ArrayList<>();
    for (CopyOperand source : sources) {
      if (!(source instanceof Remote remote)) {
        throw usage("one side of a copy is at a server, as HOST:PORT/PATH");
      }
      if (!remotes.isEmpty() && !remotes.get(0).server().equals(remote.server())) {
        throw usage("all sources must be at the same server");
      }
      remotes.add(remote);
    }
    if (options.copy().readsList() || options.copy().failedTo() != null) {
      throw usage("--files-from and --failed-to are for what is sent");
    }
    CopyTask task = new CopyTask(remotes.get(0).server(), true, options, console);
    List<Remote> meant = new RemotePatterns(options, console).expand(remotes);
    return task.fetch(meant, target(meant, destination.text(), options.copy().dryRun()));
  }

  private static CopyTarget target(List<Remote> remotes, String destination, boolean dryRun)
      throws CommandException {
    Path local = LocalPath.parse(destination);
    boolean isDirectory =
        remotes.size() > 1 || Files.isDirectory(local) || namesOf(destination).isContent();
    Set<String> taken = new HashSet<>();
    for (Remote remote : remotes) {
      if (!remote.isContent() && !taken.add(remote.ownName())) {
        throw usage("two sources would have the name '" + Escaper.escape(remote.ownName()) + "'");
      }
    }
    boolean isNew = isDirectory && !dryRun && makeDirectory(local);
    return new CopyTarget(local, isDirectory, isNew);
  }

  private static boolean makeDirectory(Path directory) throws CommandException {
    try {
      return CopyTarget.makeDirectory(directory);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE,
          "the directory '"
              + Escaper.escape(directory.toString())
              + "' cannot be made: "
              + FileErrors.reason(e));
    }
  }
}

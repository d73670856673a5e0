package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.JsonEvent;
import dev.ferry.cli.ShutdownHook;
import dev.ferry.runtime.ClientTransfer;
import dev.ferry.runtime.DiskWorkers;
import dev.ferry.runtime.PipeDownload;
import dev.ferry.runtime.PipeUpload;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.UnsendableException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends standard input, or a file that grows, and writes a file to standard output. */
final class PipeTask {
  /** What stands for standard input or output. */
  static final String NAME = "-";

  private static final Path STDOUT = Path.of("/proc/self/fd/1");

  /** How long an end is waited for in which nothing arrives at the server any more. */
  private static final int END_PATIENCE_SECONDS = 30;

  private final HostPort server;
  private final Options options;
  private final Console console;
  private final SecurityOptions security;

  /**
   * Creates a task.
   *
   * @throws CommandException if there are options that do not go with it
   */
  PipeTask(HostPort server, Options options, Console console) throws CommandException {
    this.server = server;
    this.options = options;
    this.console = console;
    if (!options.copy().isDefault()) {
      throw usage("what says which files are copied, and verify, are not for a stream");
    }
    SecurityOptions chosen = options.security();
    if (chosen.mode() == SecurityOptions.Mode.LAB) {
      throw usage(
          "a stream goes to and from Ferry's servers only: the lab's protocol needs the size"
              + " first");
    }
    this.security = chosen.inFerryMode();
  }

  private static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  /** The name at the server of what has none of its own. */
  static String requireName(String name) throws CommandException {
    if (name.isEmpty() || name.endsWith("/")) {
      throw usage("standard input has no name: say which one it gets at the server");
    }
    return name;
  }

  /** Standard input is followed anyway. */
  static void requireNoFollow(Options options) throws CommandException {
    if (options.follow()) {
      throw usage("--follow is for one file that is sent");
    }
  }

  /**
   * Sends standard input up to its end.
   *
   * @param name at the server
   */
  ExitCode sendInput(String name) throws CommandException {
    try {
      InputStream in = new FileInputStream(FileDescriptor.in);
      PipeUpload upload = PipeUpload.of(in, Path.of(NAME), name, options.transfer(), security);
      return run(upload, console, false);
    } catch (UnsendableException e) {
      throw FailureText.unsendable(e).toException();
    }
  }

  /**
   * Sends a file, and what is appended to it, until a signal comes, which is its end.
   *
   * @param name at the server
   */
  ExitCode follow(Path file, String name) throws CommandException {
    PipeUpload upload;
    try {
      upload = PipeUpload.following(file, name, options.transfer(), security);
    } catch (UnsendableException e) {
      throw FailureText.unsendable(e).toException();
    }
    Ending ending = new Ending(upload);
    // The exit code is that of the transfer, not that of the signal.
    ShutdownHook hook = ShutdownHook.install(ending::onSignal);
    try {
      ending.end(run(upload, console, true));
    } catch (CommandException e) {
      ending.end(e.exitCode());
      if (!ending.isSignalled()) {
        throw e;
      }
      // The process ends as soon as the work is over.
      console.err().println("ferry client: " + e.getMessage());
    } finally {
      hook.workIsOver();
    }
    return ending.exitCode();
  }

  /**
   * Writes a file to standard output, and nothing else: all that there is to say goes to stderr.
   *
   * @param name at the server
   */
  ExitCode fetch(String name) throws CommandException {
    Console apart =
        new Console(
            console.err(),
            console.err(),
            console.quiet(),
            console.json(),
            console.verbose(),
            console.commandLine());
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    PipeDownload download =
        new PipeDownload(name, out, Path.of(NAME), PipeTask::isReaderGone, security);
    try {
      ExitCode end = run(download, apart, false);
      return download.isReaderGone() ? ExitCode.READER_GONE : end;
    } catch (CommandException e) {
      if (download.isReaderGone()) {
        return ExitCode.READER_GONE;
      }
      throw reported(e);
    }
  }

  /** With what JSON lines go to stderr, too. */
  private CommandException reported(CommandException e) {
    if (console.json() && !e.isReported()) {
      String message = String.valueOf(e.getMessage());
      console.err().println(JsonEvent.failed(ClientReport.SCHEMA, message, e.exitCode()));
    }
    return new CommandException(e.exitCode(), String.valueOf(e.getMessage()), true);
  }

  /** Nothing else can go wrong with a pipe; what the system says of it depends on the language. */
  private static boolean isReaderGone(IOException e) {
    try {
      String target = Files.readSymbolicLink(STDOUT).toString();
      return target.startsWith("pipe:") || target.startsWith("socket:");
    } catch (IOException | UnsupportedOperationException noSuchLink) {
      return String.valueOf(e.getMessage()).contains("pipe");
    }
  }

  private ExitCode run(ClientTransfer transfer, Console shown, boolean endsItself)
      throws CommandException {
    try (DiskWorkers diskWorkers = new DiskWorkers();
        transfer) {
      TransferTask task =
          new TransferTask(
                  server, security, options.transport(shown), options.stats(), shown, diskWorkers)
              .rememberPaths(options.remembersPaths())
              .keepTrying(options.keepTryingNs());
      return (endsItself ? task.endingItself() : task).run(transfer);
    }
  }

  /** How a file that is followed ends: by a signal, or because the transfer fails. */
  private final class Ending {
    private final PipeUpload upload;
    private volatile boolean signalled;
    private volatile @Nullable ExitCode exitCode;

    Ending(PipeUpload upload) {
      this.upload = upload;
    }

    void end(ExitCode code) {
      exitCode = code;
    }

    boolean isSignalled() {
      return signalled;
    }

    ExitCode exitCode() {
      ExitCode code = exitCode;
      return code == null ? ExitCode.INTERRUPTED : code;
    }

    /** Sends the rest, as long as it arrives. */
    void onSignal(ShutdownHook hook) throws InterruptedException {
      signalled = true;
      upload.end();
      long before = -1;
      boolean over = false;
      while (!over && upload.deliveredBytes() != before) {
        before = upload.deliveredBytes();
        over = hook.awaitWork(END_PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      console.out().flush();
      Runtime.getRuntime().halt(exitCode().code());
    }
  }
}

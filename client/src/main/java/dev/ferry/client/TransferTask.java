package dev.ferry.client;

import dev.ferry.cli.Addresses;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.ShutdownHook;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.runtime.ClientTransfer;
import dev.ferry.runtime.DiskWorkers;
import dev.ferry.runtime.Observation;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.TransferRunner;
import dev.ferry.runtime.TransportChoice;
import dev.ferry.runtime.TransportOptions;
import dev.ferry.runtime.UnsendableException;
import dev.ferry.transport.ServerAddresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The common part of put and get: progress, the reaction to Ctrl-C, and the outcome. */
final class TransferTask {
  /** How long an interrupted client tries to tell the server. */
  private static final long CLOSE_TIMEOUT_MS = 300;

  private final HostPort server;
  private final SecurityOptions security;
  private final TransportOptions transport;
  private final StatsOptions stats;
  private final Console console;
  private final DiskWorkers diskWorkers;
  private boolean remembersPaths;
  private boolean endsItself;
  private long keepTryingNs = TransferRunner.KEEP_TRYING_NS;

  TransferTask(
      HostPort server,
      SecurityOptions security,
      TransportOptions transport,
      StatsOptions stats,
      Console console,
      DiskWorkers diskWorkers) {
    this.server = server;
    this.security = security;
    this.transport = transport;
    this.stats = stats;
    this.console = console;
    this.diskWorkers = diskWorkers;
  }

  /** Says whether to use, and to add to, what is remembered of paths. */
  TransferTask rememberPaths(boolean newRemembersPaths) {
    remembersPaths = newRemembersPaths;
    return this;
  }

  /** Says for how long to go on, as {@link TransferRunner#keepTrying} has it. */
  TransferTask keepTrying(long newKeepTryingNs) {
    keepTryingNs = newKeepTryingNs;
    return this;
  }

  /** Somebody else reacts to Ctrl-C. */
  TransferTask endingItself() {
    endsItself = true;
    return this;
  }

  /**
   * Transfers a file.
   *
   * @throws CommandException if the transfer fails, unless the user ended it
   */
  ExitCode run(ClientTransfer transfer) throws CommandException {
    if (stats.file() == null) {
      return run(transfer, null);
    }
    try (StatsFile file = StatsFile.create(stats.file(), console)) {
      file.begin(transfer, server, stats.intervalNs());
      return run(transfer, file);
    }
  }

  private Observation observation(@Nullable StatsFile file) {
    boolean diagnoses = file != null || console.json() || console.verbose();
    return file == null
        ? new Observation(Nanos.NEVER, sample -> {}, diagnoses)
        : new Observation(stats.intervalNs(), file::sample, diagnoses);
  }

  private ExitCode run(ClientTransfer transfer, @Nullable StatsFile file) throws CommandException {
    ClientReport report = ClientReport.of(console, server, transfer, keepTryingNs, file);
    TransferRunner runner = new TransferRunner(transfer, transport, report, observation(file));
    runner.keepTrying(keepTryingNs);
    if (remembersPaths) {
      runner.rememberPaths();
    }
    // After Ctrl-C the virtual machine's own exit code is 130.
    ShutdownHook hook =
        endsItself
            ? null
            : ShutdownHook.install(signalled -> interrupt(transfer, runner, report, signalled));
    ClientEvent end;
    try {
      end =
          runner.run(
              Addresses.resolveAll(server),
              () -> ServerAddresses.resolve(server.host(), server.port()));
    } catch (UnsendableException e) {
      throw FailureText.unsendable(e).toException();
    } catch (StorageException e) {
      throw FailureText.unstorable(e, transfer.file().toString()).toException();
    } catch (IOException e) {
      throw new CommandException(ExitCode.IO_ERROR, "cannot send: " + e.getMessage());
    } finally {
      report.clear();
      if (hook != null) {
        hook.workIsOver();
      }
    }
    if (console.verbose()) {
      tell("the path", runner.memoryTrouble());
      tell("the server", runner.knowledgeTrouble());
      runner
          .offloadTrouble()
          .ifPresent(
              reason ->
                  console
                      .err()
                      .println("ferry client: no batches of datagrams: " + Escaper.escape(reason)));
    }
    return end(end, transfer, runner, report);
  }

  private void tell(String what, Optional<IOException> trouble) {
    trouble.ifPresent(
        e ->
            console
                .err()
                .println(
                    "ferry client: "
                        + what
                        + " is not remembered: "
                        + Escaper.escape(e.toString())));
  }

  private void interrupt(
      ClientTransfer transfer, TransferRunner runner, ClientReport report, ShutdownHook hook)
      throws InterruptedException {
    report.clear();
    boolean resumable = runner.isResumable();
    if (runner.stop()) {
      hook.awaitWork(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS); // Best effort.
      diskWorkers.close();
    }
    if (resumable && !transfer.isPiped()) {
      console
          .err()
          .println(
              "ferry client: interrupted; what has arrived is kept, and this goes on with it:\n  "
                  + console.commandLine());
    }
  }

  private ExitCode end(
      ClientEvent end, ClientTransfer transfer, TransferRunner runner, ClientReport report)
      throws CommandException {
    return switch (end.kind()) {
      case CONNECTED -> throw new IllegalStateException("the transfer has not ended");
      case COMPLETED -> {
        report.completed((ClientEvent.Completed) end, runner.host(), runner.mayBeCut());
        noteTimeOutOfRange(transfer);
        yield ExitCode.OK;
      }
      case FAILED -> failed((ClientEvent.Failed) end, transfer, runner, report);
    };
  }

  /** Times travel as nanoseconds since 1970, of which a number has room for some centuries. */
  private void noteTimeOutOfRange(ClientTransfer transfer) {
    if (console.quiet() || !transfer.preserves() || security.mode() == SecurityOptions.Mode.LAB) {
      return;
    }
    try {
      long modifiedNs = Files.getLastModifiedTime(transfer.file()).to(TimeUnit.NANOSECONDS);
      if (modifiedNs == Long.MIN_VALUE || modifiedNs == Long.MAX_VALUE) {
        console
            .err()
            .println(
                "ferry client: the time of modification was not kept: it is beyond 1677 to 2262");
      }
    } catch (IOException e) {
      // The transfer is over, and the file may be gone.
    }
  }

  private ExitCode failed(
      ClientEvent.Failed failed,
      ClientTransfer transfer,
      TransferRunner runner,
      ClientReport report)
      throws CommandException {
    FailureContext context =
        new FailureContext(
            server,
            transfer.file().toString(),
            transfer.name(),
            hint(failed.failure(), transfer, runner),
            runner.isResumable(),
            transfer.isFetching(),
            transport.transport() == TransportChoice.TCP,
            transfer.isPiped());
    FailureText text = FailureText.of(failed.failure(), context);
    report.failed(text, failed.failure().kind().name(), failed.stats());
    if (failed.failure() instanceof TransferFailure.Stopped) {
      return text.exitCode(); // The shutdown hook has told the user what to do.
    }
    throw new CommandException(text.exitCode(), text.message(), true);
  }

  private String hint(TransferFailure failure, ClientTransfer transfer, TransferRunner runner) {
    if (failure instanceof TransferFailure.Downgraded) {
      String[] records =
          runner.recordsOfServer().stream().map(Path::toString).toArray(String[]::new);
      return "; if it is another server now, '"
          + Escaper.escape("rm " + ShellWords.join(records))
          + "' forgets the one before; --lab sends unencrypted all the same";
    }
    String hint = FailureContext.hint(failure, runner.lastError(), security);
    boolean mayBeLab = failure instanceof TransferFailure.NoAnswer && transfer.isPiped();
    return mayBeLab ? hint + ", or a lab server, which cannot take or give a stream" : hint;
  }
}

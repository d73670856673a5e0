package dev.ferry.client;

import dev.ferry.cli.Addresses;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.copy.RemoteList;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.runtime.DiskWorkers;
import dev.ferry.runtime.Download;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.TransferListener;
import dev.ferry.runtime.TransferRunner;
import dev.ferry.runtime.TransportOptions;
import java.io.IOException;

/** Fetches a list of what is in a directory at a server, and nothing else. */
final class ListFetch {
  private ListFetch() {}

  /** There is no list. */
  static final class NoListException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient FailureText text;
    private final transient TransferFailure failure;

    private NoListException(FailureText text, TransferFailure failure) {
      super(text.message());
      this.text = text;
      this.failure = failure;
    }

    FailureText text() {
      return text;
    }

    /** Whether the server makes no lists at all. */
    boolean isNotAnswered() {
      return isRefused(RefusalReason.NOT_PERMITTED);
    }

    /** Whether there is no such file and no such directory. */
    boolean isMissing() {
      return isRefused(RefusalReason.NO_SUCH_FILE);
    }

    /** Whether nothing can have that name. */
    boolean isNotAllowed() {
      return isRefused(RefusalReason.NAME_NOT_ALLOWED);
    }

    private boolean isRefused(RefusalReason reason) {
      return failure instanceof TransferFailure.Refused refused && refused.reason() == reason;
    }
  }

  /**
   * Has a list made, and fetches it.
   *
   * @param place the directory, or a file
   * @param all whether what is in the directories in it is wanted, too
   * @throws NoListException if the server has none, or is not reached
   * @throws CommandException if it cannot be kept here, or the options are wrong
   */
  static RemoteList fetch(Remote place, boolean all, Options options, Console console)
      throws NoListException, CommandException {
    SecurityOptions security = options.security();
    if (security.mode() == SecurityOptions.Mode.LAB) {
      throw ClientArguments.labExcludesFerry();
    }
    TransportOptions transport = options.transport(console);
    try (DiskWorkers diskWorkers = new DiskWorkers()) {
      RemoteList list = RemoteList.create(options.copy().hardLinks());
      Download download =
          Download.list(
              place.path(),
              all,
              list.file(),
              options.transfer(),
              security.inFerryMode(),
              diskWorkers);
      TransferRunner runner = new TransferRunner(download, transport, TransferListener.NOBODY);
      boolean fetched = false;
      try {
        ClientEvent end = runner.run(Addresses.resolveAll(place.server()));
        if (end instanceof ClientEvent.Failed failed) {
          throw none(place, failed.failure(), runner, options, security);
        }
        fetched = true;
        return list;
      } finally {
        if (!fetched) {
          list.close();
        }
      }
    } catch (IOException e) {
      throw new CommandException(ExitCode.IO_ERROR, "cannot list: " + e.getMessage());
    }
  }

  private static NoListException none(
      Remote place,
      TransferFailure failure,
      TransferRunner runner,
      Options options,
      SecurityOptions security) {
    FailureContext context =
        new FailureContext(
            place.server(),
            place.path(),
            place.path(),
            FailureContext.hint(failure, runner.lastError(), security),
            false,
            true,
            options.needsTcp());
    FailureText text = FailureText.of(failure, context);
    NoListException none = new NoListException(text, failure);
    return none.isNotAnswered() ? new NoListException(noLists(place.server()), failure) : none;
  }

  /** What there is to say of a server that makes no lists. */
  static FailureText noLists(HostPort server) {
    return new FailureText(
        ExitCode.NOT_PERMITTED,
        server + " lists no files; it takes --allow-list there, or the same key file at both ends");
  }
}

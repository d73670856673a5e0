package dev.ferry.client;

import dev.ferry.cli.HostPort;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.SecurityOptions;
import java.io.IOException;
import java.util.Optional;

/**
 * The circumstances of a failure.
 *
 * @param file the file on this machine
 * @param name its name at the server
 * @param hint further information, such as the last error of sending; may be empty
 * @param resumable whether the same command would resume the transfer
 * @param fetching whether the transfer is a download
 * @param overTcp whether only TCP was tried
 * @param piped whether the content comes from a stream, or goes to one
 */
record FailureContext(
    HostPort server,
    String file,
    String name,
    String hint,
    boolean resumable,
    boolean fetching,
    boolean overTcp,
    boolean piped) {
  /** The circumstances of a transfer of files. */
  FailureContext(
      HostPort server,
      String file,
      String name,
      String hint,
      boolean resumable,
      boolean fetching,
      boolean overTcp) {
    this(server, file, name, hint, resumable, fetching, overTcp, false);
  }

  /** The circumstances of a ping. */
  static FailureContext ofPing(HostPort server, String hint) {
    return new FailureContext(server, "", "", hint, false, false, false);
  }

  /**
   * What else there is to say about a failure; may be empty.
   *
   * @param error the last error of the operating system
   */
  static String hint(
      TransferFailure failure, Optional<IOException> error, SecurityOptions security) {
    if (error.isPresent()) {
      return " (" + error.get().getMessage() + ")";
    }
    if (!(failure instanceof TransferFailure.NoAnswer)
        || security.mode() == SecurityOptions.Mode.LAB) {
      return "";
    }
    return security.secret() == null
        ? ", which is also how a server behaves that wants a key file"
        : ", which is how a server with another key behaves";
  }

  /** Tells the user what to do about the file. */
  String advice() {
    if (piped) {
      return fetching
          ? "what was written is not complete, fetch it again"
          : "nothing was stored, and what has been read cannot be read again: begin anew";
    }
    if (resumable) {
      return "what has arrived is kept: run the same command again to go on";
    }
    return fetching ? "nothing was stored, fetch it again" : "nothing was stored, send it again";
  }
}

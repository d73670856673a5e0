package dev.ferry.client;

import dev.ferry.cli.HostPort;

/**
 * What was being done when it failed.
 *
 * @param file the file on this machine
 * @param hint what else is known, such as the last error when sending; may be empty
 * @param resumable whether the same command would go on where this one stopped
 * @param fetching whether the file was to come from the server
 * @param overTcp whether nothing but TCP was tried
 */
record FailureContext(
    HostPort server,
    String file,
    String hint,
    boolean resumable,
    boolean fetching,
    boolean overTcp) {
  /** A question whether a server is there, over UDP. */
  static FailureContext ofQuestion(HostPort server, String hint) {
    return new FailureContext(server, "", hint, false, false, false);
  }

  /** What the user should do about the file. */
  String advice() {
    return resumable
        ? "what has arrived is kept: run the same command again to go on"
        : "nothing was stored, send it again";
  }
}

package dev.ferry.cli;

/**
 * The exit codes of the programs: those of BSD's sysexits where one fits (guarantees.md, "Exit
 * codes").
 */
public enum ExitCode {
  OK(0),
  /** The command line is wrong. */
  USAGE(64),
  /** A file changed while it was being sent. */
  DATA_ERROR(65),
  /** The file to be sent is not there, or is not a regular file. */
  NO_INPUT(66),
  /** The host name does not resolve. */
  NO_HOST(68),
  /** The server refused the transfer. */
  REFUSED(69),
  /** A bug in this program. */
  SOFTWARE(70),
  /** The file cannot be created at its destination. */
  CANNOT_CREATE(73),
  /** An I/O error, or the disk is full. */
  IO_ERROR(74),
  /** No answer, or the outcome is unknown; safe to repeat. */
  TEMPORARY(75),
  /** The peer broke the protocol. */
  PROTOCOL(76),
  /** Permission denied. */
  NOT_PERMITTED(77),
  /** The configuration is unusable: a root that is not there, a port in use. */
  CONFIGURATION(78),
  /** Ended by Ctrl-C. */
  INTERRUPTED(130),
  /** Nobody reads standard output any more, as a shell shows it of others: 128 + SIGPIPE. */
  READER_GONE(141);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The exit status. */
  public int code() {
    return code;
  }
}

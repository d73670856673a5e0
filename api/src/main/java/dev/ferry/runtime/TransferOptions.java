package dev.ferry.runtime;

import dev.ferry.protocol.lab.Dialect;

/**
 * The options of a transfer.
 *
 * @param ifExists what to do if a file of that name exists
 * @param preserves whether the file keeps its time of modification and its permissions
 * @param dialect the dialect of a lab server
 * @param sparse whether blocks of zeros are neither sent nor stored, as far as that is possible
 */
public record TransferOptions(
    IfExists ifExists, boolean preserves, Dialect dialect, boolean sparse) {
  /** Files are stored as they are sent. */
  public TransferOptions(IfExists ifExists, boolean preserves, Dialect dialect) {
    this(ifExists, preserves, dialect, false);
  }

  /** Whether an existing file must not be replaced. */
  public boolean refusesToOverwrite() {
    return ifExists == IfExists.REFUSE;
  }
}

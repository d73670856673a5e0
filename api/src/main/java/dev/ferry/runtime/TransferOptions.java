package dev.ferry.runtime;

import dev.ferry.protocol.lab.Dialect;

/**
 * The options of a transfer.
 *
 * @param ifExists what to do if a file of that name exists
 * @param preserves whether the file keeps its time of modification and its permissions
 * @param dialect the dialect of a lab server
 */
public record TransferOptions(IfExists ifExists, boolean preserves, Dialect dialect) {
  /** Whether an existing file must not be replaced. */
  public boolean refusesToOverwrite() {
    return ifExists == IfExists.REFUSE;
  }
}

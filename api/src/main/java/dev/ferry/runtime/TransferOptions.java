package dev.ferry.runtime;

import dev.ferry.protocol.lab.Dialect;

/**
 * How a file is to be transferred.
 *
 * @param ifExists what to do if there is a file of that name already
 * @param preserves whether the file keeps its time of modification and its permissions
 * @param dialect how a lab server delimits fields
 */
public record TransferOptions(IfExists ifExists, boolean preserves, Dialect dialect) {
  /** Whether a file of that name is to be left alone. */
  boolean refusesToOverwrite() {
    return ifExists == IfExists.REFUSE;
  }
}

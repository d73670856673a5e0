package dev.ferry.api;

import dev.ferry.runtime.SecurityOptions;

/** The protocol of a client. */
public enum Mode {
  /** Lab mode only: unencrypted, one packet at a time, and without get. */
  LAB(SecurityOptions.Mode.LAB),
  /** Lab mode first, then Ferry mode if the server speaks it. */
  EITHER(SecurityOptions.Mode.EITHER),
  /** Ferry mode only: everything is encrypted, even the name of the file. */
  FERRY(SecurityOptions.Mode.FERRY);

  final SecurityOptions.Mode inRuntime;

  Mode(SecurityOptions.Mode inRuntime) {
    this.inRuntime = inRuntime;
  }
}

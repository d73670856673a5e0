package dev.ferry.api;

import dev.ferry.runtime.SecurityOptions;

/** Which protocol a client speaks. */
public enum Mode {
  /** The lab's, unencrypted and one packet at a time, also with a Ferry server; files can be put. */
  LAB(SecurityOptions.Mode.LAB),
  /** The lab's first, and Ferry mode if the server turns out to speak it. */
  EITHER(SecurityOptions.Mode.EITHER),
  /** Ferry mode from the first packet: encrypted, so that not even the file's name is seen. */
  FERRY(SecurityOptions.Mode.FERRY);

  final SecurityOptions.Mode inRuntime;

  Mode(SecurityOptions.Mode inRuntime) {
    this.inRuntime = inRuntime;
  }
}

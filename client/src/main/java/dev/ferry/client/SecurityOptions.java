package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which protocol the server is to speak, and with which keys.
 *
 * @param secret what the server has too, or null
 * @param suites what to encrypt with, at least one
 */
record SecurityOptions(Mode mode, @Nullable SharedSecret secret, Set<CipherSuite> suites) {
  /** Which protocol is to be spoken. */
  enum Mode {
    /** The lab's, also with a Ferry server. */
    LAB,
    /** The lab's first, and Ferry mode if the server turns out to speak it. */
    EITHER,
    /** Ferry mode: nothing is said in the clear. */
    FERRY
  }

  /** The same for what exists in Ferry mode only. */
  SecurityOptions inFerryMode() throws CommandException {
    if (mode == Mode.LAB) {
      throw labExcludesFerry();
    }
    return new SecurityOptions(Mode.FERRY, secret, suites);
  }

  /** The user has asked for both. */
  static CommandException labExcludesFerry() {
    return new CommandException(
        ExitCode.USAGE,
        "--lab excludes get, --ferry, --key-file and --transport tcp: the lab's protocol has none"
            + " of it");
  }

  /** Whether the lab's protocol must not be spoken. */
  boolean isFerryOnly() {
    return mode == Mode.FERRY;
  }
}

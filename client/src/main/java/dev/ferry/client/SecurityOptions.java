package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The protocol and the keys.
 *
 * @param secret the secret that the server has too, or null
 * @param suites the allowed cipher suites, at least one
 */
record SecurityOptions(Mode mode, @Nullable SharedSecret secret, Set<CipherSuite> suites) {
  /** The protocol. */
  enum Mode {
    /** Lab mode only, even with a Ferry server. */
    LAB,
    /** Lab mode first, then Ferry mode if the server speaks it. */
    EITHER,
    /** Ferry mode only: all content is encrypted. */
    FERRY
  }

  /** These options for a command that exists only in Ferry mode. */
  SecurityOptions inFerryMode() throws CommandException {
    if (mode == Mode.LAB) {
      throw labExcludesFerry();
    }
    return new SecurityOptions(Mode.FERRY, secret, suites);
  }

  /** The error if the user asks for both modes. */
  static CommandException labExcludesFerry() {
    return new CommandException(
        ExitCode.USAGE,
        "--lab excludes get, --ferry, --key-file and --transport tcp: the lab's protocol has none"
            + " of it");
  }

  /** Whether lab mode is forbidden. */
  boolean isFerryOnly() {
    return mode == Mode.FERRY;
  }
}

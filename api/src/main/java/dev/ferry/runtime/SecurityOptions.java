package dev.ferry.runtime;

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
public record SecurityOptions(Mode mode, @Nullable SharedSecret secret, Set<CipherSuite> suites) {
  /** Which protocol is to be spoken. */
  public enum Mode {
    /** The lab's, also with a Ferry server. */
    LAB,
    /** The lab's first, and Ferry mode if the server turns out to speak it. */
    EITHER,
    /** Ferry mode: nothing is said in the clear. */
    FERRY
  }

  /** Keeps a copy of the suites. */
  public SecurityOptions {
    suites = Set.copyOf(suites);
  }

  /**
   * The same for what exists in Ferry mode only.
   *
   * @throws IllegalStateException if it is the lab's protocol that is to be spoken
   */
  public SecurityOptions inFerryMode() {
    if (mode == Mode.LAB) {
      throw new IllegalStateException("the lab's protocol knows nothing of it");
    }
    return new SecurityOptions(Mode.FERRY, secret, suites);
  }

  /** Whether the lab's protocol must not be spoken. */
  public boolean isFerryOnly() {
    return mode == Mode.FERRY;
  }
}

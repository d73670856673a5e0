package dev.ferry.runtime;

import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The protocol, the keys, and what vouches for content.
 *
 * @param secret the secret that the server has too, or null
 * @param suites the allowed cipher suites, at least one
 * @param digest what vouches for the content of a file
 */
public record SecurityOptions(
    Mode mode, @Nullable SharedSecret secret, Set<CipherSuite> suites, Digest digest) {
  /** The protocol. */
  public enum Mode {
    /** Lab mode only, even with a Ferry server. */
    LAB,
    /** Lab mode first, then Ferry mode if the server speaks it. */
    EITHER,
    /** Ferry mode only: all content is encrypted. */
    FERRY
  }

  /** Copies the suites. */
  public SecurityOptions {
    suites = Set.copyOf(suites);
  }

  /**
   * These options for a command that exists only in Ferry mode.
   *
   * @throws IllegalStateException if the mode is {@link Mode#LAB}
   */
  public SecurityOptions inFerryMode() {
    if (mode == Mode.LAB) {
      throw new IllegalStateException("the lab's protocol knows nothing of it");
    }
    return new SecurityOptions(Mode.FERRY, secret, suites, digest);
  }

  /** Whether lab mode is forbidden. */
  public boolean isFerryOnly() {
    return mode == Mode.FERRY;
  }
}

package dev.ferry.runtime;

import dev.ferry.protocol.wire.TransportParameters;

/** What vouches for the content of a file in Ferry mode. */
public enum Digest {
  /**
   * Of a large file, where both ends have this: the sums of its blocks, and the SHA-256 of the
   * whole file as well as long as a processor is free to compute it.
   */
  AUTO(TransportParameters.BY_SHA256 | TransportParameters.BY_BLOCK_SUMS),
  /** The SHA-256 of the whole file, always. */
  SHA256(TransportParameters.BY_SHA256);

  /** As {@link TransportParameters#checks}. */
  final long checks;

  Digest(long checks) {
    this.checks = checks;
  }
}

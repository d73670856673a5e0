package dev.ferry.api;

/** What vouches for the content of a file in {@link TransferMode#FERRY}. */
public enum Digest {
  /** The SHA-256 of each file, always. */
  SHA256(dev.ferry.runtime.Digest.SHA256),
  /**
   * Of a large file, if both ends have this, sums of its blocks, which cost less; and its SHA-256
   * as well as long as a processor is free to compute it.
   */
  AUTO(dev.ferry.runtime.Digest.AUTO);

  final dev.ferry.runtime.Digest inRuntime;

  Digest(dev.ferry.runtime.Digest inRuntime) {
    this.inRuntime = inRuntime;
  }
}

package dev.ferry.api;

/** What to do if a file of that name exists at the destination. */
public enum IfExists {
  /** The new file replaces it atomically, once it is complete. */
  OVERWRITE(dev.ferry.runtime.IfExists.OVERWRITE),
  /** It stays, and the transfer fails with {@link Refusal#EXISTS}. */
  REFUSE(dev.ferry.runtime.IfExists.REFUSE);

  final dev.ferry.runtime.IfExists inRuntime;

  IfExists(dev.ferry.runtime.IfExists inRuntime) {
    this.inRuntime = inRuntime;
  }
}

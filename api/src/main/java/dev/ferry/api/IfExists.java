package dev.ferry.api;

/** What to do if there is a file of the name at the destination already. */
public enum IfExists {
  /** The new file takes its place, in one step, once it is whole. */
  OVERWRITE(dev.ferry.runtime.IfExists.OVERWRITE),
  /** It stays as it is, and the transfer fails with {@link Refusal#EXISTS}. */
  REFUSE(dev.ferry.runtime.IfExists.REFUSE);

  final dev.ferry.runtime.IfExists inRuntime;

  IfExists(dev.ferry.runtime.IfExists inRuntime) {
    this.inRuntime = inRuntime;
  }
}

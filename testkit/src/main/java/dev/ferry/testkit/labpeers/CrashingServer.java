package dev.ferry.testkit.labpeers;

/**
 * A student's server without any error handling: a fifth field, an unknown type, a chunk ahead of
 * order or larger than its buffer crashes it.
 */
public final class CrashingServer extends ScriptedServer {
  /**
   * Creates a server without files.
   *
   * @param bufferBytes what it advertises
   */
  public CrashingServer(int bufferBytes) {
    super(" | ", bufferBytes);
  }
}

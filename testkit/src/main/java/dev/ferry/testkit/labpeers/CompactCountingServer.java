package dev.ferry.testkit.labpeers;

/** A server of another year: compact, counting; it makes up the name and keeps the extension. */
public final class CompactCountingServer extends ScriptedServer {
  private static final int BUFFER_BYTES = 1400;

  /** The name that it gives the only file. */
  public static final String STORED_NAME = "received";

  /** Creates a server without files. */
  public CompactCountingServer() {
    super("|", BUFFER_BYTES);
  }

  @Override
  String storedName(String name) {
    return STORED_NAME;
  }
}

package dev.ferry.testkit.labpeers;

/** A student's server that does not say how much it takes; it takes 1024 bytes. */
public final class NoBufferSizeServer extends ScriptedServer {
  private static final int BUFFER_BYTES = 1024;

  /** Creates a server without files. */
  public NoBufferSizeServer() {
    super(" | ", BUFFER_BYTES);
  }

  @Override
  String startAck(Session session) {
    return "a | " + (session.seqno0 + 1);
  }
}

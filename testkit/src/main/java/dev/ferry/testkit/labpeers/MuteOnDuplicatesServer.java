package dev.ferry.testkit.labpeers;

/** A student's server that never answers a message again. */
public final class MuteOnDuplicatesServer extends ScriptedServer {
  private static final int BUFFER_BYTES = 1024;

  /** Creates a server without files. */
  public MuteOnDuplicatesServer() {
    super(" | ", BUFFER_BYTES);
  }

  @Override
  void onDuplicateStart(Session session) {}

  @Override
  void onDuplicateChunk(Session session, long seqno, String payload) {}
}

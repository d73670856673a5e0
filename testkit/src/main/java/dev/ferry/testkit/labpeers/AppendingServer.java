package dev.ferry.testkit.labpeers;

/** A student's server that appends to the file whatever arrives, duplicates too. */
public final class AppendingServer extends ScriptedServer {
  private static final int BUFFER_BYTES = 1024;

  /** Creates a server without files. */
  public AppendingServer() {
    super(" | ", BUFFER_BYTES);
  }

  @Override
  void onDuplicateChunk(Session session, long seqno, String payload) {
    append(session, payload);
    super.onDuplicateChunk(session, seqno, payload);
  }
}

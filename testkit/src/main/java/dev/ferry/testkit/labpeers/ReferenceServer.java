package dev.ferry.testkit.labpeers;

/**
 * The lab's own server. What it cannot parse it ignores, a start with a fifth field among it. It
 * acknowledges every chunk of an unfinished session, even one ahead of order that it throws away,
 * and none of a finished one.
 */
public class ReferenceServer extends ScriptedServer {
  private static final int BUFFER_BYTES = 1024;

  private int thrownAway;

  /** Creates a server without files. */
  public ReferenceServer() {
    super(" | ", BUFFER_BYTES);
  }

  /** How many chunks it has acknowledged and not stored. */
  public int thrownAway() {
    return thrownAway;
  }

  @Override
  void onOther(String datagram) {}

  @Override
  void onMalformedStart() {}

  @Override
  void onDuplicateChunk(Session session, long seqno, String payload) {
    if (!session.complete) {
      super.onDuplicateChunk(session, seqno, payload);
    }
  }

  @Override
  void onChunkAhead(Session session, long seqno) {
    if (!session.complete) {
      thrownAway++;
      send(chunkAck(session, seqno), session.client);
    }
  }
}

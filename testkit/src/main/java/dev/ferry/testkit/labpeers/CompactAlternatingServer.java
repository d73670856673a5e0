package dev.ferry.testkit.labpeers;

/** A server of another year: compact, with an alternating bit; it does not say what it takes. */
public final class CompactAlternatingServer extends ScriptedServer {
  private static final int BUFFER_BYTES = 20_480;

  private final String startAck;

  /**
   * Creates a server without files.
   *
   * @param startAck what it answers to a start: {@code a|1} or {@code a|1|}
   */
  public CompactAlternatingServer(String startAck) {
    super("|", BUFFER_BYTES);
    this.startAck = startAck;
  }

  @Override
  boolean isNext(Session session, long seqno) {
    return !session.complete && seqno != session.lastSeqno;
  }

  @Override
  boolean isDuplicate(Session session, long seqno) {
    return true;
  }

  @Override
  String startAck(Session session) {
    return startAck;
  }

  @Override
  String chunkAck(Session session, long seqno) {
    return "a|" + (1 - seqno);
  }
}

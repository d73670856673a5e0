package dev.ferry.testkit.labpeers;

/** A student's server that acknowledges a message by its own number, every time with its buffer. */
public final class EchoServer extends ScriptedServer {
  private static final int BUFFER_BYTES = 1024;

  /** Creates a server without files. */
  public EchoServer() {
    super(" | ", BUFFER_BYTES);
  }

  @Override
  String startAck(Session session) {
    return chunkAck(session, session.seqno0);
  }

  @Override
  String chunkAck(Session session, long seqno) {
    return "a | " + seqno + " | " + BUFFER_BYTES;
  }
}

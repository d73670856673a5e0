package dev.ferry.testkit.labpeers;

import java.net.InetSocketAddress;

/**
 * The lab's own client: five attempts of half a second, and any datagram that is not the awaited
 * acknowledgement burns one. It looks at 100 bytes of an acknowledgement and crashes where a number
 * is followed by anything.
 */
public class ReferenceClient extends ScriptedClient {
  private static final int ACK_BUFFER_BYTES = 100;

  /** Prepares an upload. */
  public ReferenceClient(InetSocketAddress server, String name, byte[] content) {
    this(server, 0, name, content);
  }

  ReferenceClient(InetSocketAddress server, long seqno0, String name, byte[] content) {
    super(server, " | ", seqno0, name, content, FIVE_ATTEMPTS, HALF_A_SECOND_NS);
  }

  @Override
  void onAnswer(String answer, long nowNs) {
    String seen = answer.substring(0, Math.min(answer.length(), ACK_BUFFER_BYTES));
    String[] fields = seen.split(" \\| ", isStarted() ? 2 : 3);
    if (!fields[0].equals("a") || fields.length != (isStarted() ? 2 : 3)) {
      attempt(nowNs);
      return;
    }
    boolean awaited = Integer.parseInt(fields[1]) == seqno() + 1;
    int bufferBytes = isStarted() ? 0 : Integer.parseInt(fields[2]);
    if (!awaited) {
      attempt(nowNs);
    } else if (isStarted()) {
      chunkAcknowledged(nowNs);
    } else {
      startAcknowledged(bufferBytes, nowNs);
    }
  }
}

package dev.ferry.testkit.labpeers;

import java.net.InetSocketAddress;

/**
 * A student's client that knows only what it expects: any other byte in an acknowledgement, a
 * second acknowledgement of one message, or anything after the last one crashes it.
 */
public final class StrictClient extends ScriptedClient {
  /** Prepares an upload. */
  public StrictClient(InetSocketAddress server, long seqno0, String name, byte[] content) {
    super(server, " | ", seqno0, name, content, FIVE_ATTEMPTS, HALF_A_SECOND_NS);
  }

  @Override
  void onAnswer(String answer, long nowNs) {
    String expected = "a | " + (seqno() + 1);
    if (!isStarted()) {
      if (!answer.matches("a \\| " + (seqno() + 1) + " \\| [1-9][0-9]{2,4}")) {
        throw crash("not the acknowledgement of the start");
      }
      startAcknowledged(Integer.parseInt(answer.substring(expected.length() + 3)), nowNs);
    } else if (answer.equals(expected)) {
      chunkAcknowledged(nowNs);
    } else {
      throw crash("not '" + expected + "'");
    }
  }

  @Override
  void onUnsolicited(String datagram) {
    throw crash("unsolicited");
  }
}

package dev.ferry.testkit.labpeers;

import java.net.InetSocketAddress;

/**
 * A client of another year: compact, counting, and it names only the extension of its file. Other
 * datagrams than the awaited acknowledgement are ignored.
 */
public final class CompactCountingClient extends ScriptedClient {
  /** Prepares an upload. */
  public CompactCountingClient(
      InetSocketAddress server, long seqno0, String extension, byte[] content) {
    super(server, "|", seqno0, extension, content, FIVE_ATTEMPTS, HALF_A_SECOND_NS);
  }

  @Override
  void onAnswer(String answer, long nowNs) {
    String[] fields = answer.split("\\|", -1);
    if (!fields[0].equals("a")) {
      throw crash("not an acknowledgement");
    }
    if (Long.parseLong(fields[1]) != seqno() + 1) {
      return;
    }
    if (!isStarted()) {
      startAcknowledged(Integer.parseInt(fields[2]), nowNs);
    } else if (fields.length == 2) {
      chunkAcknowledged(nowNs);
    } else {
      throw crash("too many fields");
    }
  }
}

package dev.ferry.testkit.labpeers;

import dev.ferry.protocol.util.Nanos;
import java.net.InetSocketAddress;

/**
 * A client of another year: compact, with an alternating bit, and it repeats a message every second
 * for as long as it takes.
 */
public final class CompactAlternatingClient extends ScriptedClient {
  private static final int MAX_DATAGRAM_BYTES = 20_480;

  /** Prepares an upload. */
  public CompactAlternatingClient(InetSocketAddress server, String name, byte[] content) {
    super(server, "|", 0, name, content, Integer.MAX_VALUE, Nanos.SECOND);
  }

  @Override
  long numberAfter(long number) {
    return 1 - number;
  }

  @Override
  void onAnswer(String answer, long nowNs) {
    String[] fields = answer.split("\\|", -1);
    if (!fields[0].equals("a")) {
      throw crash("not an acknowledgement");
    }
    if (Long.parseLong(fields[1]) != 1 - seqno()) {
      return;
    }
    if (isStarted()) {
      chunkAcknowledged(nowNs);
    } else {
      startAcknowledged(
          fields.length < 3
              ? MAX_DATAGRAM_BYTES
              : Math.min(MAX_DATAGRAM_BYTES, Integer.parseInt(fields[2])),
          nowNs);
    }
  }
}

package dev.ferry.miniferry;

import dev.ferry.miniferry.Frame.Accept;
import dev.ferry.miniferry.Frame.Close;
import dev.ferry.miniferry.Frame.Data;
import dev.ferry.miniferry.Frame.Finish;
import dev.ferry.miniferry.Frame.Range;
import dev.ferry.miniferry.Frame.Reject;
import dev.ferry.miniferry.Frame.Window;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** The two halves of a transfer, which are the same for a put and a get (protocol section 11). */
final class Halves {
  private static final long AHEAD_BYTES = 64 * 1024;

  private Halves() {}

  /**
   * Sends what the receiver lacks, and then the digest.
   *
   * @param from what has been sent before
   * @return how many bytes were sent
   */
  static long send(Tunnel tunnel, byte[] content, int from, List<Range> ranges, int datagramBytes)
      throws GeneralSecurityException {
    BitSet missing = new BitSet();
    missing.set(from, content.length);
    ranges.forEach(range -> missing.clear((int) range.first(), (int) range.end()));
    long sent = missing.cardinality();
    for (int at = missing.nextSetBit(0); at >= 0; at = missing.nextSetBit(at)) {
      int most = Math.min(missing.nextClearBit(at), at + datagramBytes - Tunnel.OVERHEAD_BYTES);
      tunnel.awaitWindow(most);
      tunnel.send(data(content, at, most));
      at = most;
    }
    tunnel.send(new Finish(content.length, Crypto.sha256(content), 0));
    return sent;
  }

  static Data data(byte[] content, int from, int to) {
    return new Data(from, Arrays.copyOfRange(content, from, to));
  }

  /** Answers with an accept, and receives until the digest is there and right. */
  static byte[] receive(Tunnel tunnel, Accept accept) throws GeneralSecurityException {
    byte[] content = new byte[(int) accept.file().size()];
    BitSet missing = new BitSet();
    missing.set(0, content.length);
    tunnel.send(accept, new Window(AHEAD_BYTES));
    Finish finish = null;
    long window = AHEAD_BYTES;
    while (finish == null || !missing.isEmpty()) {
      Frame frame = tunnel.next();
      if (frame instanceof Data data) {
        System.arraycopy(data.content(), 0, content, (int) data.offset(), data.content().length);
        missing.clear((int) data.offset(), (int) data.offset() + data.content().length);
        int stored = content.length - missing.cardinality();
        if (stored + AHEAD_BYTES / 2 > window) {
          window = stored + AHEAD_BYTES;
          tunnel.send(new Window(window));
        }
      } else if (frame instanceof Finish now) {
        finish = now;
      } else if (frame instanceof Reject || frame instanceof Close) {
        Refused.ifEnding(frame);
      }
    }
    if (finish.size() != content.length
        || !Arrays.equals(finish.digest(), Crypto.sha256(content))) {
      throw new IllegalStateException("other content than was sent");
    }
    return content;
  }
}

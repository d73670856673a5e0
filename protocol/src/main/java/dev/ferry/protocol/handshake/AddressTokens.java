package dev.ferry.protocol.handshake;

import dev.ferry.protocol.crypto.Hkdf;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Issues and checks the tokens that prove a client receives what is sent to its address
 * (protocol.md, section 8). The server keeps no state for those that it issues, only for those that
 * were used: each is good for one hello.
 */
final class AddressTokens {
  /** How long a token is valid. */
  static final long VALID_NS = 30 * Nanos.SECOND;

  private static final int TAG_BYTES = 16;
  private static final int BYTES = Long.BYTES + TAG_BYTES;
  private static final int PORT_BYTES = 2;

  /** How many used tokens are remembered; more hellos are not computed while a token is valid. */
  private static final int MAX_USED = 1 << 14;

  private final byte[] key = new byte[Hkdf.HASH_BYTES];

  /** The tokens that were used, in this order, with the time at which they were issued. */
  private final Map<Bytes, Long> used = new LinkedHashMap<>();

  /** Creates tokens under a new random key. */
  AddressTokens(RandomGenerator random) {
    random.nextBytes(key);
  }

  /** Issues a token for a client. */
  Bytes issue(InetSocketAddress address, int clientId, long nowNs) {
    ByteBuffer token = ByteBuffer.allocate(BYTES);
    token.putLong(nowNs).put(tag(address, clientId, nowNs));
    return Bytes.copyOf(token.array());
  }

  /**
   * Whether a token was issued for this client within the last {@link #VALID_NS}, and has not been
   * used. A repeated hello is none of this: it is answered from the table of handshakes.
   */
  boolean isFresh(Bytes token, InetSocketAddress address, int clientId, long nowNs) {
    forgetExpired(nowNs);
    return used.size() < MAX_USED
        && !used.containsKey(token)
        && isValid(token, address, clientId, nowNs);
  }

  /**
   * Uses up a fresh token, because a key is computed for it. Not before: one network could use up
   * any number of them.
   */
  void use(Bytes token) {
    used.put(token, ByteBuffer.wrap(token.toArray()).getLong());
  }

  /**
   * They were used in about the order in which they were issued; what is kept longer is harmless.
   */
  private void forgetExpired(long nowNs) {
    Iterator<Long> oldest = used.values().iterator();
    while (oldest.hasNext() && nowNs - oldest.next() > VALID_NS) {
      oldest.remove();
    }
  }

  /** Whether a token was issued for this client within the last {@link #VALID_NS}. */
  boolean isValid(Bytes token, InetSocketAddress address, int clientId, long nowNs) {
    if (token.length() != BYTES) {
      return false;
    }
    ByteBuffer fields = ByteBuffer.wrap(token.toArray());
    long issuedNs = fields.getLong();
    byte[] tag = new byte[TAG_BYTES];
    fields.get(tag);
    long ageNs = nowNs - issuedNs;
    // The comparison takes constant time.
    return MessageDigest.isEqual(tag, tag(address, clientId, issuedNs))
        && ageNs >= 0
        && ageNs <= VALID_NS;
  }

  /** Only the address varies in length, so different inputs never have the same bytes. */
  private byte[] tag(InetSocketAddress address, int clientId, long issuedNs) {
    byte[] ip = address.getAddress().getAddress();
    ByteBuffer input = ByteBuffer.allocate(Long.BYTES + ip.length + PORT_BYTES + Integer.BYTES);
    input.putLong(issuedNs).put(ip).putShort((short) address.getPort()).putInt(clientId);
    return Arrays.copyOf(Hkdf.hmac(key, input.array()), TAG_BYTES);
  }
}

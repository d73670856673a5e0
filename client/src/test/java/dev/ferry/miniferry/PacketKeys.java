package dev.ferry.miniferry;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The keys of one direction, phase after phase (protocol sections 7.3 and 9). */
final class PacketKeys {
  static final int HEADER_BYTES = 9;

  @SuppressWarnings("ArrayRecordComponent")
  private record Phase(byte[] key, byte[] iv) {}

  private final boolean chaCha;
  private final List<Phase> phases = new ArrayList<>();
  private byte[] nextSecret;
  private int current;
  private long largest = -1;

  PacketKeys(boolean chaCha, byte[] secret) {
    this.chaCha = chaCha;
    nextSecret = secret;
  }

  /** Seals what follows under the keys of the next phase. */
  void update() {
    current++;
  }

  byte[] seal(int receiver, long number, byte[] frames) throws GeneralSecurityException {
    int flags = current % 2 == 0 ? 0x80 : 0xA0;
    byte[] header =
        ByteBuffer.allocate(HEADER_BYTES)
            .put((byte) flags)
            .putInt(receiver)
            .putInt((int) number)
            .array();
    Phase phase = phase(current);
    return Crypto.concat(
        header, Crypto.seal(chaCha, phase.key, nonce(phase.iv, number), header, frames));
  }

  /** The number of a packet from its low 32 bits (RFC 9000, appendix A.3). */
  long number(byte[] packet) {
    long low = ByteBuffer.wrap(packet).getInt(5) & 0xFFFF_FFFFL;
    long expected = largest + 1;
    long candidate = (expected & -(1L << 32)) | low;
    if (candidate <= expected - (1L << 31)) {
      return candidate + (1L << 32);
    }
    return candidate > expected + (1L << 31) && candidate >= 1L << 32
        ? candidate - (1L << 32)
        : candidate;
  }

  /** Decrypts a packet, and returns its frames. */
  byte[] open(byte[] packet) throws GeneralSecurityException {
    boolean odd = (packet[0] & 0x20) != 0;
    long number = number(packet);
    int index = current;
    if (odd != (current % 2 == 1)) {
      index = Math.max(0, number > largest ? current + 1 : current - 1);
    }
    Phase phase = phase(index);
    byte[] header = Arrays.copyOf(packet, HEADER_BYTES);
    byte[] text = Arrays.copyOfRange(packet, HEADER_BYTES, packet.length);
    byte[] frames = Crypto.open(chaCha, phase.key, nonce(phase.iv, number), header, text);
    current = Math.max(current, index);
    largest = Math.max(largest, number);
    return frames;
  }

  private static byte[] nonce(byte[] iv, long number) {
    ByteBuffer nonce = ByteBuffer.wrap(iv.clone());
    return nonce.putLong(4, nonce.getLong(4) ^ number).array();
  }

  private Phase phase(int index) throws GeneralSecurityException {
    while (phases.size() <= index) {
      phases.add(new Phase(expand("ferry key", chaCha ? 32 : 16), expand("ferry iv", 12)));
      nextSecret = expand("ferry update", 32);
    }
    return phases.get(index);
  }

  private byte[] expand(String label, int bytes) throws GeneralSecurityException {
    return Crypto.expand(nextSecret, label.getBytes(US_ASCII), bytes);
  }
}

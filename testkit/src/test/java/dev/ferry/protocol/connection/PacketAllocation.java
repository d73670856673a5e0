package dev.ferry.protocol.connection;

import com.sun.management.ThreadMXBean;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.wire.PacketHeader;
import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Prints how many bytes are allocated for each packet that is sealed or opened: in a whole
 * transfer, by what protects packets, and by the bare cipher. It is the least of many rounds,
 * because the arrays grow at first.
 */
final class PacketAllocation {
  private static final int ROUNDS = 12;
  private static final long ROUND_BYTES = 2_000_000;
  private static final int ROUND_PACKETS = 2_000;
  private static final int TEXT_BYTES = BareTransfer.DATAGRAM_BYTES - 25;
  private static final int DROP_EVERY = 100;
  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final byte[] packet = new byte[BareTransfer.DATAGRAM_BYTES];

  private PacketAllocation() {}

  public static void main(String[] arguments) throws GeneralSecurityException {
    PacketAllocation measured = new PacketAllocation();
    double transfer = transferBytes();
    System.out.println(transfer + " " + measured.protectionBytes() + " " + measured.cipherBytes());
  }

  private static double transferBytes() {
    long sizeBytes = (ROUNDS + 1) * ROUND_BYTES;
    BareTransfer transfer = new BareTransfer(sizeBytes, 0, DROP_EVERY, datagram -> {});
    double least = Double.MAX_VALUE;
    for (int round = 1; round <= ROUNDS; round++) {
      long packetsBefore = transfer.sealed() + transfer.opened();
      long before = THREAD.getCurrentThreadAllocatedBytes();
      transfer.runUntil(round * ROUND_BYTES);
      double allocated = THREAD.getCurrentThreadAllocatedBytes() - before;
      long packets = transfer.sealed() + transfer.opened() - packetsBefore;
      least = Math.min(least, allocated / packets);
    }
    transfer.runUntil(sizeBytes);
    return least;
  }

  /** Seals and opens one packet. */
  private interface Exchange {
    void run(long number) throws GeneralSecurityException;
  }

  private static double bytes(Exchange exchange) throws GeneralSecurityException {
    double least = Double.MAX_VALUE;
    long number = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long before = THREAD.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < ROUND_PACKETS; i++) {
        exchange.run(number++);
      }
      double allocated = THREAD.getCurrentThreadAllocatedBytes() - before;
      least = Math.min(least, allocated / (2 * ROUND_PACKETS));
    }
    return least;
  }

  private double protectionBytes() throws GeneralSecurityException {
    PacketSealer sealer = new PacketSealer(CipherSuite.AES_128_GCM, new byte[32]);
    PacketOpener opener = new PacketOpener(CipherSuite.AES_128_GCM, new byte[32]);
    return bytes(
        number -> {
          sealer.seal(number, packet, 0, PacketHeader.BYTES, TEXT_BYTES);
          int cipherBytes = TEXT_BYTES + PacketSealer.TAG_BYTES;
          int opened = opener.open(number, 0, packet, 0, PacketHeader.BYTES, cipherBytes);
          if (opened != TEXT_BYTES) {
            throw new AssertionError("rejected");
          }
        });
  }

  private double cipherBytes() throws GeneralSecurityException {
    Cipher sealer = Cipher.getInstance("AES/GCM/NoPadding");
    Cipher opener = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKeySpec key = new SecretKeySpec(new byte[16], "AES");
    byte[] nonce = new byte[12];
    return bytes(
        number -> {
          nonce[0] = (byte) number;
          nonce[1] = (byte) (number >> Byte.SIZE);
          run(sealer, Cipher.ENCRYPT_MODE, key, nonce, TEXT_BYTES);
          run(opener, Cipher.DECRYPT_MODE, key, nonce, TEXT_BYTES + PacketSealer.TAG_BYTES);
        });
  }

  private void run(Cipher cipher, int mode, SecretKeySpec key, byte[] nonce, int bytes)
      throws GeneralSecurityException {
    cipher.init(mode, key, new GCMParameterSpec(PacketSealer.TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(packet, 0, PacketHeader.BYTES);
    cipher.doFinal(packet, PacketHeader.BYTES, bytes, packet, PacketHeader.BYTES);
  }
}

package dev.ferry.protocol.handshake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import java.nio.ByteBuffer;

/**
 * Builds the prologue: the data that both ends must have seen alike for a handshake to succeed
 * (protocol.md, section 8).
 */
final class Prologue {
  private static final byte[] NAME = "Ferry 2".getBytes(US_ASCII);

  private Prologue() {}

  /** The prologue of the handshake that a hello begins. */
  static byte[] of(LabOffer lab, Hello hello) {
    byte[] own = hello.prologue();
    int labBytes = 2 * Short.BYTES + lab.start().length() + lab.acknowledgement().length();
    ByteBuffer prologue = ByteBuffer.allocate(NAME.length + labBytes + own.length);
    prologue.put(NAME);
    put(lab.start(), prologue);
    put(lab.acknowledgement(), prologue);
    return prologue.put(own).array();
  }

  private static void put(Bytes message, ByteBuffer prologue) {
    prologue.putShort((short) message.length()).put(message.toArray());
  }
}

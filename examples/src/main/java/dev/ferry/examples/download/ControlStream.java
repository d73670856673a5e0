package dev.ferry.examples.download;

import dev.ferry.examples.support.Incoming;
import dev.ferry.framing.ControlPacket;
import dev.ferry.framing.ControlPacket.Opcode;
import dev.ferry.framing.FixedLengthDecoder;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;

/** A connection on which control packets and data follow each other. Not thread-safe. */
final class ControlStream {
  /** How much data is sent or received at once at most. */
  static final int DATA_BYTES = 1024;

  private static final int MAX_SILENCE_MS = 30_000;

  private final FixedLengthDecoder decoder = new FixedLengthDecoder(ControlPacket.BYTES);
  private final Incoming incoming;
  private final OutputStream outgoing;

  /** Uses a connection. A peer that says nothing for half a minute is given up. */
  ControlStream(Socket socket) throws IOException {
    socket.setSoTimeout(MAX_SILENCE_MS);
    this.incoming = new Incoming(socket.getInputStream(), DATA_BYTES);
    this.outgoing = socket.getOutputStream();
  }

  /** Sends a control packet. */
  void send(Opcode opcode, long size, String text) throws IOException {
    ByteBuffer packet = ByteBuffer.allocate(ControlPacket.BYTES);
    new ControlPacket(opcode, size, text).encode(packet);
    outgoing.write(packet.array());
  }

  /**
   * Waits for a control packet.
   *
   * @throws EOFException if the peer leaves instead
   */
  ControlPacket receive() throws IOException {
    ByteBuffer packet = incoming.message(decoder);
    if (packet == null) {
      throw new EOFException("the connection was closed before a control packet");
    }
    return ControlPacket.decode(packet);
  }

  /** Sends data. */
  void sendData(byte[] data, int length) throws IOException {
    outgoing.write(data, 0, length);
  }

  /**
   * Waits for data.
   *
   * @param maxBytes how much is still to come; what follows it stays where it is
   * @return at least one byte, valid until the next call
   * @throws EOFException if the peer leaves instead
   */
  ByteBuffer receiveData(long maxBytes) throws IOException {
    ByteBuffer data = incoming.bytes(maxBytes);
    if (data == null) {
      throw new EOFException("the connection was closed " + maxBytes + " bytes before the end");
    }
    return data;
  }
}

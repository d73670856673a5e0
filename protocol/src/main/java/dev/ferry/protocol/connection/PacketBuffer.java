package dev.ferry.protocol.connection;

import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.frame.FrameReader;
import java.nio.ByteBuffer;

/**
 * Where packets are decrypted and read, one at a time; shared by all connections of an engine. Not
 * thread-safe.
 */
public final class PacketBuffer {
  final byte[] bytes = new byte[Udp.MAX_PAYLOAD_BYTES];
  final ByteBuffer buffer = ByteBuffer.wrap(bytes);
  final FrameReader reader = new FrameReader();
}

package dev.ferry.engine.windowed;

import dev.ferry.wire.ferry.FerryPackets;
import dev.ferry.wire.ferry.FrameReader;
import java.nio.ByteBuffer;

/**
 * Where packets are decrypted and read, one at a time; shared by all connections of an engine. Not
 * thread-safe.
 */
public final class PacketScratch {
  final byte[] bytes = new byte[FerryPackets.MAX_DATAGRAM_BYTES];
  final ByteBuffer buffer = ByteBuffer.wrap(bytes);
  final FrameReader reader = new FrameReader();
}

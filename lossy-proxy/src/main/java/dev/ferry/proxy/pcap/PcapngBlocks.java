package dev.ferry.proxy.pcap;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The blocks of a pcapng file, each with its options. */
final class PcapngBlocks {
  /** Link type: packets begin with the header of IP. */
  private static final short LINKTYPE_RAW = 101;

  private static final int SECTION_HEADER = 0x0a0d0d0a;
  private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int ENHANCED_PACKET = 6;

  private static final short OPT_COMMENT = 1;
  private static final short SHB_USER_APPLICATION = 4;
  private static final short IF_NAME = 2;
  private static final short IF_DESCRIPTION = 3;
  private static final short IF_TIME_RESOLUTION = 9;
  private static final short EPB_FLAGS = 2;

  private static final byte NANOSECONDS = 9;
  private static final int INBOUND = 1;
  private static final int OUTBOUND = 2;
  private static final int FRAME_BYTES = 12;

  private PcapngBlocks() {}

  /** What a file begins with. */
  static byte[] sectionHeader() {
    ByteBuffer options = options(option(SHB_USER_APPLICATION, "Ferry lossy-proxy"));
    ByteBuffer body =
        allocate(16 + options.remaining())
            .putInt(BYTE_ORDER_MAGIC)
            .putShort((short) 1)
            .putShort((short) 0)
            .putLong(-1) // The section is as long as the file.
            .put(options)
            .flip();
    return block(SECTION_HEADER, body);
  }

  /** An interface; they are numbered from 0 as they come. */
  static byte[] networkInterface(String name, String description) {
    ByteBuffer options =
        options(
            option(IF_NAME, name),
            option(IF_DESCRIPTION, description),
            option(IF_TIME_RESOLUTION, new byte[] {NANOSECONDS}));
    ByteBuffer body =
        allocate(8 + options.remaining())
            .putShort(LINKTYPE_RAW)
            .putShort((short) 0)
            .putInt(0) // Packets are never cut.
            .put(options)
            .flip();
    return block(INTERFACE_DESCRIPTION, body);
  }

  /**
   * A packet.
   *
   * @param epochNs nanoseconds since 1970
   */
  static byte[] packet(
      int interfaceId, long epochNs, boolean inbound, ByteBuffer packet, String comment) {
    byte[] flags = allocate(4).putInt(inbound ? INBOUND : OUTBOUND).array();
    ByteBuffer options = options(option(OPT_COMMENT, comment), option(EPB_FLAGS, flags));
    int bytes = packet.remaining();
    ByteBuffer body =
        allocate(20 + padded(bytes) + options.remaining())
            .putInt(interfaceId)
            .putInt((int) (epochNs >> 32))
            .putInt((int) epochNs)
            .putInt(bytes)
            .putInt(bytes)
            .put(packet.duplicate());
    pad(body, bytes);
    return block(ENHANCED_PACKET, body.put(options).flip());
  }

  private static byte[] block(int type, ByteBuffer body) {
    int bytes = FRAME_BYTES + body.remaining();
    return allocate(bytes).putInt(type).putInt(bytes).put(body).putInt(bytes).array();
  }

  private static ByteBuffer options(ByteBuffer... options) {
    int bytes = 4;
    for (ByteBuffer option : options) {
      bytes += option.remaining();
    }
    ByteBuffer result = allocate(bytes);
    for (ByteBuffer option : options) {
      result.put(option);
    }
    return result.putInt(0).flip(); // The end of the options.
  }

  private static ByteBuffer option(short code, String text) {
    return option(code, text.getBytes(UTF_8));
  }

  private static ByteBuffer option(short code, byte[] value) {
    ByteBuffer option =
        allocate(4 + padded(value.length)).putShort(code).putShort((short) value.length).put(value);
    pad(option, value.length);
    return option.flip();
  }

  private static int padded(int bytes) {
    return bytes + 3 & ~3;
  }

  private static void pad(ByteBuffer buffer, int bytes) {
    buffer.position(buffer.position() + padded(bytes) - bytes);
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A capture file, taken apart by the letter of the format; everything in it that is redundant is
 * checked.
 *
 * @param interfaces their names
 */
record Capture(List<String> interfaces, List<Packet> packets) {
  /**
   * A packet.
   *
   * @param on the name of its interface
   * @param atNs nanoseconds since 1970
   * @param way inbound or outbound
   * @param from address and port, the address as hexadecimal digits
   * @param to likewise
   */
  record Packet(
      String on,
      long atNs,
      String way,
      String comment,
      String from,
      String to,
      short checksum,
      ByteBuffer payload) {
    String text() {
      return UTF_8.decode(payload.duplicate()).toString();
    }
  }

  static Capture read(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Capture capture = new Capture(new ArrayList<>(), new ArrayList<>());
    while (file.hasRemaining()) {
      boolean first = file.position() == 0;
      int type = file.getInt();
      int length = file.getInt();
      assertThat(length % 4).isZero();
      ByteBuffer body = slice(file, length - 12);
      assertThat(file.getInt()).isEqualTo(length);
      assertThat(type == 0x0a0d0d0a).isEqualTo(first);
      switch (type) {
        case 0x0a0d0d0a -> checkSection(body);
        case 1 -> capture.interfaces.add(networkInterface(body));
        case 6 -> capture.packets.add(capture.packet(body));
        default -> throw new AssertionError("block of type " + type);
      }
    }
    return capture;
  }

  private static void checkSection(ByteBuffer body) {
    assertThat(body.getInt()).isEqualTo(0x1a2b3c4d);
    assertThat(List.of(body.getShort(), body.getShort())).containsExactly((short) 1, (short) 0);
    assertThat(body.getLong()).isEqualTo(-1);
    assertThat(options(body)).containsOnlyKeys(4);
  }

  private static String networkInterface(ByteBuffer body) {
    assertThat(body.getShort()).as("raw IP").isEqualTo((short) 101);
    assertThat(body.getShort()).isZero();
    assertThat(body.getInt()).as("length at which packets are cut").isZero();
    Map<Integer, ByteBuffer> options = options(body);
    assertThat(options).containsOnlyKeys(2, 3, 9);
    assertThat(options.get(9).get()).as("nanoseconds").isEqualTo((byte) 9);
    return UTF_8.decode(options.get(2)).toString();
  }

  private Packet packet(ByteBuffer body) {
    String on = interfaces.get(body.getInt());
    long atNs = ((long) body.getInt() << 32) | (body.getInt() & 0xffffffffL);
    int captured = body.getInt();
    assertThat(body.getInt()).isEqualTo(captured);
    ByteBuffer packet = slice(body, captured).order(ByteOrder.BIG_ENDIAN);
    checkPadding(body, captured);
    Map<Integer, ByteBuffer> options = options(body);
    assertThat(options).containsOnlyKeys(1, 2);
    String way = List.of("", "inbound", "outbound").get(options.get(2).getInt());
    return ip(on, atNs, way, UTF_8.decode(options.get(1)).toString(), packet);
  }

  private static Packet ip(String on, long atNs, String way, String comment, ByteBuffer packet) {
    boolean ipv4 = packet.get(0) == 0x45;
    int addressBytes = ipv4 ? 4 : 16;
    int addressesAt = ipv4 ? 12 : 8;
    int udpAt = addressesAt + 2 * addressBytes;
    ByteBuffer udp = packet.slice(udpAt, packet.limit() - udpAt);
    if (ipv4) {
      assertThat(packet.getShort(2) & 0xffff).isEqualTo(packet.limit());
      assertThat(packet.get(9)).isEqualTo((byte) 17);
      assertThat(ones(packet.slice(0, 20), 0)).as("checksum of IP").isEqualTo(0xffff);
    } else {
      assertThat(packet.getInt(0)).isEqualTo(0x6000_0000);
      assertThat(packet.getShort(4) & 0xffff).isEqualTo(udp.limit());
      assertThat(packet.get(6)).isEqualTo((byte) 17);
    }
    assertThat(udp.getShort(4) & 0xffff).isEqualTo(udp.limit());
    ByteBuffer summed = packet.slice(addressesAt, packet.limit() - addressesAt);
    assertThat(udp.getShort(6)).as("there is a checksum").isNotZero();
    assertThat(ones(summed, 17 + udp.limit())).as("checksum of UDP").isEqualTo(0xffff);
    return new Packet(
        on,
        atNs,
        way,
        comment,
        hex(packet, addressesAt, addressBytes) + ":" + (udp.getShort(0) & 0xffff),
        hex(packet, addressesAt + addressBytes, addressBytes) + ":" + (udp.getShort(2) & 0xffff),
        udp.getShort(6),
        udp.slice(8, udp.limit() - 8));
  }

  private static String hex(ByteBuffer bytes, int at, int length) {
    byte[] value = new byte[length];
    bytes.get(at, value);
    return HexFormat.of().formatHex(value);
  }

  /** The sum in ones' complement, which is all ones if a checksum among them is right. */
  private static int ones(ByteBuffer bytes, int initial) {
    int sum = initial;
    for (int i = 0; i < bytes.limit(); i++) {
      sum += (bytes.get(i) & 0xff) << (i % 2 == 0 ? 8 : 0);
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return (sum & 0xffff) + (sum >> 16);
  }

  private static Map<Integer, ByteBuffer> options(ByteBuffer body) {
    Map<Integer, ByteBuffer> options = new HashMap<>();
    while (true) {
      int code = body.getShort();
      int length = body.getShort() & 0xffff;
      if (code == 0) {
        assertThat(length).isZero();
        assertThat(body.hasRemaining()).isFalse();
        return options;
      }
      options.put(code, slice(body, length));
      checkPadding(body, length);
    }
  }

  private static void checkPadding(ByteBuffer buffer, int length) {
    for (int i = length; i % 4 != 0; i++) {
      assertThat(buffer.get()).isZero();
    }
  }

  private static ByteBuffer slice(ByteBuffer buffer, int length) {
    ByteBuffer slice = buffer.slice(buffer.position(), length).order(buffer.order());
    buffer.position(buffer.position() + length);
    return slice;
  }
}

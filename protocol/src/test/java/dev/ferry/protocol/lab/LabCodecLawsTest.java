package dev.ferry.protocol.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.lab.LabMessage.Data;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabMessage.ToServer;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for the codec whatever the message, over many seeded random ones. */
class LabCodecLawsTest {
  private static final int MESSAGES = 10_000;
  private static final int GARBAGE = 50_000;

  private static final byte[] MEANINGFUL = bytes("sdar ||0129-\n\0\u00c3\u00ff");

  @Test
  void shouldDecodeWhatItEncodes() {
    RandomMessages messages = new RandomMessages(1);
    for (int i = 0; i < MESSAGES; i++) {
      LabMessage message = messages.next();
      assertThat(decode(message, encode(message))).as("seed 1, message %d", i).isEqualTo(message);
    }
  }

  @Test
  void shouldWriteAsManyBytesAsPredicted() {
    RandomMessages messages = new RandomMessages(2);
    for (int i = 0; i < MESSAGES; i++) {
      LabMessage message = messages.next();
      int predicted = LabCodec.encodedBytes(message);
      assertThat(encode(message).remaining()).as("seed 2, message %d", i).isEqualTo(predicted);
    }
  }

  @Test
  void shouldOverflowABufferThatIsOneByteTooSmall() {
    RandomMessages messages = new RandomMessages(3);
    for (int i = 0; i < 1000; i++) {
      LabMessage message = messages.next();
      ByteBuffer tooSmall = ByteBuffer.allocate(LabCodec.encodedBytes(message) - 1);
      assertThatThrownBy(() -> LabCodec.encode(message, tooSmall))
          .as("seed 3, message %d: %s", i, message)
          .isInstanceOf(BufferOverflowException.class);
    }
  }

  @Test
  void shouldWriteAtTheBuffersPositionAndNotConsumeThePayload() {
    Data data = new Data(Dialect.COMPACT, 1, ByteBuffer.wrap(bytes("..xy..")).position(2).limit(4));
    ByteBuffer buffer = ByteBuffer.wrap(bytes("########")).position(1);
    LabCodec.encode(data, buffer);
    assertThat(buffer.position()).isEqualTo(7);
    assertThat(text(buffer.clear())).isEqualTo("#d|1|xy#");
    assertThat(data.payload().remaining()).isEqualTo(2);
  }

  @Test
  void shouldReadBetweenPositionAndLimitOnly() {
    ByteBuffer start = ByteBuffer.wrap(bytes("##s|0|n|12##")).position(2).limit(10);
    assertThat(LabCodec.decodeFromClient(start.duplicate()))
        .isEqualTo(new Start(Dialect.COMPACT, 0, "n", 12, false));
    ByteBuffer ack = ByteBuffer.wrap(bytes("##a|1|77##")).position(2).limit(8);
    assertThat(LabCodec.decodeFromServer(ack.slice()))
        .isEqualTo(new LabMessage.Ack(Dialect.COMPACT, 1, 77L, false));
  }

  @Test
  void shouldNotBeThrownOffByRandomBytes() {
    Random random = new Random(4);
    for (int i = 0; i < GARBAGE; i++) {
      byte[] garbage = new byte[random.nextInt(40)];
      random.nextBytes(garbage);
      if (garbage.length > 0 && random.nextBoolean()) {
        garbage[0] = MEANINGFUL[random.nextInt(4)];
      }
      survives(garbage);
    }
  }

  @Test
  void shouldNotBeThrownOffByDamagedMessages() {
    RandomMessages messages = new RandomMessages(5);
    Random random = new Random(5);
    int decoded = 0;
    for (int i = 0; i < MESSAGES; i++) {
      decoded += survives(damage(encode(messages.next()), random)) ? 1 : 0;
    }
    assertThat(decoded).as("damaged but still messages").isBetween(MESSAGES / 10, MESSAGES);
  }

  /** Whether the datagram is a message; if so, it must also survive being sent on. */
  private static boolean survives(byte[] datagram) {
    String shown = text(ByteBuffer.wrap(datagram));
    LabMessage fromClient = LabCodec.decodeFromClient(ByteBuffer.wrap(datagram));
    LabMessage fromServer = LabCodec.decodeFromServer(ByteBuffer.wrap(datagram));
    for (LabMessage message : new LabMessage[] {fromClient, fromServer}) {
      if (message != null) {
        assertThat(decode(message, encode(message))).as("%s", shown).isEqualTo(message);
      }
    }
    return fromClient != null || fromServer != null;
  }

  /** Cuts the end off, or replaces or inserts a byte, up to three times. */
  private static byte[] damage(ByteBuffer datagram, Random random) {
    byte[] damaged = new byte[datagram.remaining()];
    datagram.get(damaged);
    for (int left = 1 + random.nextInt(3); left > 0; left--) {
      int index = random.nextInt(Math.min(damaged.length, 40));
      byte replacement = MEANINGFUL[random.nextInt(MEANINGFUL.length)];
      switch (random.nextInt(3)) {
        case 0 -> damaged = Arrays.copyOf(damaged, index + 1);
        case 1 -> damaged[index] = replacement;
        default -> {
          byte[] longer = Arrays.copyOf(damaged, damaged.length + 1);
          System.arraycopy(damaged, index, longer, index + 1, damaged.length - index);
          longer[index] = replacement;
          damaged = longer;
        }
      }
    }
    return damaged;
  }

  private static ByteBuffer encode(LabMessage message) {
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    LabCodec.encode(message, buffer);
    return buffer.flip();
  }

  private static LabMessage decode(LabMessage like, ByteBuffer datagram) {
    return like instanceof ToServer
        ? LabCodec.decodeFromClient(datagram)
        : LabCodec.decodeFromServer(datagram);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static String text(ByteBuffer buffer) {
    return ISO_8859_1.decode(buffer.duplicate()).toString();
  }
}

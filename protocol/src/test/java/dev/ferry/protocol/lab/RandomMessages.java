package dev.ferry.protocol.lab;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.lab.LabMessage.Ack;
import dev.ferry.protocol.lab.LabMessage.Data;
import dev.ferry.protocol.lab.LabMessage.Refusal;
import dev.ferry.protocol.lab.LabMessage.Start;
import java.nio.ByteBuffer;
import java.util.Random;

/** Seeded messages of every kind, biased towards delimiters and the limits of number types. */
final class RandomMessages {
  private static final long[] LANDMARKS = {
    0, 1, 9, 10, 1L << 31, 1L << 32, 999_999_999, 1_000_000_000, 9_999_999_999L, Long.MAX_VALUE
  };

  private static final int[] NAME_CHARACTERS = {
    ' ', '|', '/', '.', '0', 'a', 'Z', '\n', 0, 0xe9, 0x20ac, 0x202e, 0x1f600, 0x10ffff
  };

  private static final byte[] PAYLOAD_BYTES = {' ', '|', '0', 'd', '\n', 0, (byte) 0xff};

  private final Random random;

  RandomMessages(long seed) {
    this.random = new Random(seed);
  }

  LabMessage next() {
    Dialect dialect = random.nextBoolean() ? Dialect.SPACED : Dialect.COMPACT;
    long seqno = number();
    return switch (random.nextInt(4)) {
      case 0 -> new Start(dialect, seqno, name(dialect), number(), random.nextBoolean());
      case 1 -> new Data(dialect, seqno, ByteBuffer.wrap(payload()));
      case 2 -> ack(dialect, seqno);
      default -> new Refusal(dialect, seqno, RefusalReason.ofCode(1 + random.nextInt(9)));
    };
  }

  private Ack ack(Dialect dialect, long seqno) {
    return switch (random.nextInt(3)) {
      case 0 -> Ack.ofData(dialect, seqno);
      case 1 -> new Ack(dialect, seqno, number(), false);
      default -> new Ack(dialect, seqno, number() % 1_000_000_000, true);
    };
  }

  private long number() {
    if (random.nextInt(3) == 0) {
      return random.nextLong() >>> (1 + random.nextInt(63));
    }
    long landmark = LANDMARKS[random.nextInt(LANDMARKS.length)];
    return (landmark + random.nextInt(3) - 1) & Long.MAX_VALUE;
  }

  private String name(Dialect dialect) {
    while (true) {
      StringBuilder name = new StringBuilder();
      for (int left = 1 + random.nextInt(8); left > 0; left--) {
        name.appendCodePoint(NAME_CHARACTERS[random.nextInt(NAME_CHARACTERS.length)]);
      }
      // A name is cut at the first delimiter, which its own end may help to form.
      if ((name + dialect.delimiter()).indexOf(dialect.delimiter()) == name.length()) {
        return name.toString();
      }
    }
  }

  private byte[] payload() {
    byte[] payload = new byte[random.nextInt(10) == 0 ? random.nextInt(2000) : random.nextInt(12)];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = PAYLOAD_BYTES[random.nextInt(PAYLOAD_BYTES.length)];
    }
    return payload;
  }
}

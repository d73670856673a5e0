package dev.ferry.protocol.wire;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.HandshakePacket.ForeignHello;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.protocol.wire.HandshakePacket.Retry;
import dev.ferry.protocol.wire.HandshakePacket.Versions;
import dev.ferry.protocol.wire.HandshakePacket.Welcome;
import java.util.Random;

/** Seeded handshake packets of every kind, mostly of the sizes that occur. */
final class RandomPackets {
  private final Random random;

  RandomPackets(long seed) {
    this.random = new Random(seed);
  }

  HandshakePacket next() {
    int clientId = random.nextInt();
    return switch (random.nextInt(5)) {
      case 0 ->
          new Hello(
              1 + random.nextInt(3),
              random.nextBoolean(),
              random.nextBoolean(),
              clientId,
              bytes(random.nextInt(Hello.MAX_TOKEN_BYTES + 1)),
              handshake());
      case 1 -> new ForeignHello(foreignVersion(), clientId);
      case 2 -> new Welcome(clientId, handshake());
      case 3 -> new Retry(clientId, bytes(1 + random.nextInt(Hello.MAX_TOKEN_BYTES)));
      default ->
          new Versions(clientId, random.ints(1 + random.nextInt(255), 1, 256).boxed().toList());
    };
  }

  private int foreignVersion() {
    int version = 1 + random.nextInt(254);
    return version < HandshakePacket.VERSION ? version : version + 1;
  }

  private Bytes handshake() {
    return switch (random.nextInt(10)) {
      case 0 -> Bytes.EMPTY;
      case 1 -> bytes(random.nextInt(3000));
      case 2 -> bytes(1100 + random.nextInt(100));
      default -> bytes(32 + random.nextInt(24));
    };
  }

  private Bytes bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Bytes.copyOf(bytes);
  }
}

package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.recovery.AckTracker;
import dev.ferry.protocol.wire.frame.AckRanges;
import dev.ferry.protocol.wire.frame.AckTimes;
import dev.ferry.protocol.wire.frame.FrameReader;
import dev.ferry.protocol.wire.frame.IgnoringHandler;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PacketBuilderTest {
  private static final int PEERS_ID = 7;

  /** Every third packet of so many is missing. */
  private static AckTracker fullOfHoles(int packets) {
    AckTracker received = new AckTracker();
    for (int number = 0; number < packets; number++) {
      if (number % 3 != 0) {
        received.onPacket(number, true, 0, 0);
      }
    }
    return received;
  }

  /** On a path that is not yet validated there may be little room, and an owed one must go out. */
  @Test
  void shouldAcknowledgeWhatFits() {
    PacketSealer sealer = new PacketSealer(CipherSuite.AES_128_GCM, new byte[32]);
    PacketBuilder output = new PacketBuilder(sealer, PEERS_ID, 1200);
    ByteBuffer room =
        ByteBuffer.allocate(PacketBuilder.MIN_ROOM_BYTES - PacketSealer.TAG_BYTES - 9);

    assertThat(output.writeAck(fullOfHoles(190), 0, room)).isTrue();

    assertThat(output.listedAll).isFalse();
    List<Long> largest = new ArrayList<>();
    FrameReader.Outcome outcome =
        new FrameReader()
            .read(
                room.flip(),
                new IgnoringHandler() {
                  @Override
                  public void onAck(AckRanges acked, AckTimes times) {
                    largest.add(acked.largest(0));
                  }
                });
    assertThat(outcome).isNotEqualTo(FrameReader.Outcome.MALFORMED);
    assertThat(largest).containsExactly(188L);
  }

  @Test
  void shouldListEverythingWhereThereIsRoom() {
    PacketSealer sealer = new PacketSealer(CipherSuite.AES_128_GCM, new byte[32]);
    PacketBuilder output = new PacketBuilder(sealer, PEERS_ID, 1200);
    assertThat(output.writeAck(fullOfHoles(190), 0, ByteBuffer.allocate(1000))).isTrue();
    assertThat(output.listedAll).isTrue();
  }
}

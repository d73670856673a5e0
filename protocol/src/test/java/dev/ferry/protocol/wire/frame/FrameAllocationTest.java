package dev.ferry.protocol.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.ferry.protocol.wire.PacketHeader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Nothing is allocated for a packet of data or of acknowledgements, on neither side. */
class FrameAllocationTest {
  private static final int PACKETS = 20_000;
  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final FrameReader reader = new FrameReader();
  private final AckRanges ranges = new AckRanges();
  AckTimes times = new AckTimes();
  private final ByteBuffer packet = ByteBuffer.allocate(1472);
  private long seen;

  private final FrameHandler handler =
      new IgnoringHandler() {
        @Override
        public void onAck(AckRanges acked, AckTimes times) {
          seen += acked.count();
        }

        @Override
        public void onData(long fileId, long offset, ByteBuffer content) {
          seen += content.remaining();
        }
      };

  @Test
  void shouldAllocateNothingForDataAndAcks() {
    exchange();
    long before = THREAD.getThreadAllocatedBytes(Thread.currentThread().getId());
    exchange();
    long allocated = THREAD.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertThat(allocated / (double) PACKETS).as("bytes for each packet").isLessThan(1);
    assertThat(seen).isEqualTo(2L * PACKETS * (AckRanges.MAX_RANGES + 1000));
  }

  private void exchange() {
    for (long number = 1000; number < 1000 + PACKETS; number++) {
      packet.clear();
      PacketHeader.write(packet, 0, 7, number);
      ranges.clear();
      times.set(25_000, number * 1000, 3, 300);
      for (long to = number; !ranges.isFull(); to -= 3) {
        ranges.add(to - 1, to);
      }
      FrameWriter.ack(ranges, times, packet);
      FrameWriter.window(0, number << 20, packet);
      FrameWriter.dataHeader(0, number * 1000, packet);
      packet.position(packet.position() + 1000).flip();
      if (PacketHeader.isWellFormed(packet)) {
        packet.position(PacketHeader.BYTES);
        reader.read(packet, handler);
      }
    }
  }
}

package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.PassiveEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunningTimeTest {
  private long nowNs;

  @Test
  void shouldCountWaitsAndNotWhatComesOnTop() {
    RunningTime time = new RunningTime(() -> nowNs);
    nowNs = 3 * Nanos.SECOND;
    time.shouldHaveTaken(Nanos.SECOND, 0);
    assertThat(time.nanoTime()).as("a busy machine").isEqualTo(3 * Nanos.SECOND);

    nowNs = 150 * Nanos.SECOND;
    time.shouldHaveTaken(Nanos.SECOND, 3 * Nanos.SECOND);
    assertThat(time.nanoTime()).as("a stopped process").isEqualTo(4 * Nanos.SECOND);

    nowNs = 151 * Nanos.SECOND;
    time.shouldHaveTaken(2 * Nanos.SECOND, 4 * Nanos.SECOND);
    assertThat(time.nanoTime()).isEqualTo(5 * Nanos.SECOND);
  }

  /** Whose patience would be over the moment that the process goes on. */
  @Test
  void shouldLetAnEngineTryFirstWhenTheProcessGoesOn() throws IOException {
    List<Long> timeouts = new ArrayList<>();
    try (DatagramChannel channel =
            DatagramChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        EventLoop loop = EventLoop.open(this::stoppedDuringTheWait)) {
      loop.add(
          new UdpTransport<>(
              channel,
              new PassiveEngine<Integer>() {
                private long nextNs = Nanos.MILLISECOND;

                @Override
                public void handle(ByteBuffer datagram, InetSocketAddress from, long atNs) {}

                @Override
                public long nextTimeout() {
                  return nextNs;
                }

                @Override
                public void onTimeout(long atNs) {
                  timeouts.add(atNs);
                  nextNs = atNs + Nanos.MILLISECOND;
                  if (timeouts.size() > 2) {
                    loop.stop();
                  }
                }
              },
              (event, atNs) -> {}));
      loop.run();
    }
    assertThat(timeouts).isNotEmpty().allMatch(atNs -> atNs < Nanos.SECOND);
  }

  /** 150 s pass between any two readings that are a wait apart. */
  private long stoppedDuringTheWait() {
    readings++;
    // Each round reads the time before its work, before its wait and after its wait.
    nowNs += readings % 3 == 0 ? 150 * Nanos.SECOND : 0;
    return nowNs;
  }

  private int readings;
}

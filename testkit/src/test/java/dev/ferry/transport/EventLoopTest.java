package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.Transmit;
import dev.ferry.testkit.PassiveEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One engine over a datagram socket of this machine. */
@Timeout(60)
class EventLoopTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  /** Counts datagrams, and what is reported of the path. */
  private static final class Counter extends PassiveEngine<Integer> {
    private int handled;
    private int reported;
    private int unreachable;

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
      handled++;
    }

    @Override
    public void onUnreachable(long nowNs) {
      unreachable++;
    }

    @Override
    public Integer pollEvent() {
      return handled == reported ? null : ++reported;
    }
  }

  /** Sends so many datagrams in a row. */
  private static final class Burst extends PassiveEngine<Integer> {
    private final InetSocketAddress to;
    private int owed;

    Burst(InetSocketAddress to, int datagrams) {
      this.to = to;
      this.owed = datagrams;
    }

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {}

    @Override
    public boolean pollTransmit(long nowNs, Transmit transmit) {
      if (owed == 0) {
        return false;
      }
      owed--;
      transmit.begin().put((byte) owed);
      transmit.finish(to);
      for (byte i = 1; i <= 2; i++) {
        transmit.beginNext().put(i);
        transmit.finish(to);
      }
      return true;
    }
  }

  @Test
  void shouldTakeEveryDatagramOfABurst() throws IOException {
    try (DatagramChannel receiving = DatagramChannel.open().bind(ANY_PORT);
        DatagramChannel sending = DatagramChannel.open().bind(ANY_PORT);
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      Counter counter = new Counter();
      loop.add(
          new UdpTransport<>(
              receiving,
              counter,
              (count, nowNs) -> {
                if (count == 90) {
                  loop.stop();
                }
              }));
      InetSocketAddress to = (InetSocketAddress) receiving.getLocalAddress();
      loop.add(new UdpTransport<>(sending, new Burst(to, 30), (event, nowNs) -> {}));

      loop.run();

      assertThat(counter.handled).isEqualTo(90);
    }
  }

  @Test
  void shouldTellThatNothingListens() throws IOException {
    DatagramChannel gone = DatagramChannel.open().bind(ANY_PORT);
    InetSocketAddress to = (InetSocketAddress) gone.getLocalAddress();
    gone.close();
    try (DatagramChannel channel = DatagramChannel.open().connect(to);
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      Counter counter = new Counter();
      channel.write(ByteBuffer.wrap(new byte[1]));
      loop.add(
          new UdpTransport<>(
              channel,
              counter,
              new EngineListener<>() {
                @Override
                public void onEvent(Integer event, long nowNs) {}

                @Override
                public void beforeWait(long nowNs) {
                  if (counter.unreachable > 0) {
                    loop.stop();
                  }
                }
              }));

      loop.run();

      assertThat(counter.unreachable).isEqualTo(1);
    }
  }

  @Test
  void shouldRunTasksOfOtherThreadsAndEndWhenItIsClosed() throws Exception {
    try (DatagramChannel channel = DatagramChannel.open().bind(ANY_PORT)) {
      EventLoop loop = EventLoop.open(NanoClock.SYSTEM);
      loop.add(new UdpTransport<>(channel, new Counter(), (event, nowNs) -> {}));
      CompletableFuture<Void> ended =
          CompletableFuture.runAsync(
              () -> {
                try {
                  loop.run();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      CompletableFuture<Long> ran = new CompletableFuture<>();
      loop.execute(ran::complete);
      assertThat(ran.get(30, TimeUnit.SECONDS)).isNotNull();

      loop.close();

      ended.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void shouldTakeAPathThatCannotBeUsedForLoss() throws IOException {
    PathErrors errors = new PathErrors();
    for (int i = 0; i < 1000; i++) {
      if (i % 90 == 0) {
        errors.none();
      }
      errors.add(new NoRouteToHostException("No route to host"));
    }
    assertThat(errors.last()).hasValueSatisfying(e -> assertThat(e).hasMessage("No route to host"));
  }

  @Test
  void shouldGiveUpASocketThatOnlyFails() {
    PathErrors errors = new PathErrors();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1000; i++) {
                errors.add(new NoRouteToHostException("No route to host"));
              }
            })
        .isInstanceOf(NoRouteToHostException.class);
  }
}

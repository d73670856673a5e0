package dev.ferry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.Transmit;
import dev.ferry.testkit.PassiveEngine;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.UdpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A machine whose address is another one than that of its socket. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class SourceAddressTest {
  /** Sends one datagram, and ends the loop with the answer. */
  private static final class Asking extends PassiveEngine<Integer> {
    private final InetSocketAddress server;
    private final EventLoop loop;
    private boolean asked;

    Asking(InetSocketAddress server, EventLoop loop) {
      this.server = server;
      this.loop = loop;
    }

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
      loop.stop();
    }

    @Override
    public boolean pollTransmit(long nowNs, Transmit transmit) {
      if (asked) {
        return false;
      }
      asked = true;
      transmit.begin().put((byte) 1);
      transmit.finish(server);
      return true;
    }
  }

  private static InetSocketAddress at(String address) throws IOException {
    return new InetSocketAddress(InetAddress.getByName(address), 0);
  }

  @Test
  void shouldGoOnFromTheAddressThatTheMachineHasNow() throws IOException {
    try (DatagramChannel server = DatagramChannel.open().bind(at("127.0.0.1"));
        DatagramChannel old = DatagramChannel.open().bind(at("127.0.0.2"));
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
      old.connect(address);
      UdpTransport<Integer> transport =
          new UdpTransport<>(old, new Asking(address, loop), (event, nowNs) -> {});
      loop.add(transport);
      SourceAddress source = new SourceAddress(address, old, transport, loop);

      source.follow(0);
      source.follow(1); // Too early for another look.
      loop.execute(
          nowNs -> {
            ByteBuffer datagram = ByteBuffer.allocate(9);
            InetSocketAddress client = answer(server, datagram);
            assertThat(client.getAddress().getHostAddress()).isEqualTo("127.0.0.1");
          });
      transport.turn(0); // Sends.
      loop.run();

      assertThat(old.isOpen()).isFalse();
      source.close();
    }
  }

  private static InetSocketAddress answer(DatagramChannel server, ByteBuffer datagram) {
    try {
      InetSocketAddress client = (InetSocketAddress) server.receive(datagram);
      server.send(datagram.flip(), client);
      return client;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldKeepASocketWhoseAddressIsStillRight() throws IOException {
    try (DatagramChannel server = DatagramChannel.open().bind(at("127.0.0.1"));
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
      DatagramChannel channel = SourceAddress.connect(address);
      UdpTransport<Integer> transport =
          new UdpTransport<>(channel, new Asking(address, loop), (event, nowNs) -> {});
      loop.add(transport);
      SourceAddress source = new SourceAddress(address, channel, transport, loop);

      source.follow(0);

      assertThat(channel.isOpen()).isTrue();
      source.close();
      assertThat(channel.isOpen()).isFalse();
    }
  }
}

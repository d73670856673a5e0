package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.Test;

/** {@link InterfaceMtu} on the machine that runs the test. */
class InterfaceMtuTest {
  @Test
  void shouldKnowTheLoopbackInterfaceAtBothEnds() throws IOException {
    InetSocketAddress peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    try (DatagramChannel channel = DatagramChannel.open().connect(peer)) {
      int bytes = InterfaceMtu.datagramBytes(channel);

      assertThat(bytes).isBetween(1200, 65_507);
      assertThat(InterfaceMtu.ofServer().applyAsInt(peer)).isEqualTo(bytes);
    }
  }

  @Test
  void shouldGiveAServerALimitForAnyClient() throws IOException {
    InetAddress client = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});

    assertThat(InterfaceMtu.ofServer().applyAsInt(new InetSocketAddress(client, 9)))
        .isBetween(68 - 28, 65_507);
  }
}

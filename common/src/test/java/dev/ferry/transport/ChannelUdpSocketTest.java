package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.Transmit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What {@link ChannelUdpSocket} makes of a connected socket's errors. */
class ChannelUdpSocketTest {
  private static final InetSocketAddress PEER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

  private final Transmit transmit = new Transmit(100);

  @Test
  void shouldSendADatagramAlthoughAnEarlierOneWasTooLong() throws IOException {
    FailingChannel channel = new FailingChannel(new SocketException("Message too long"));

    assertThat(socket(channel).send(filled())).isTrue();

    assertThat(channel.written).isEqualTo(1);
    assertThat(transmit.hasRemaining()).isFalse();
  }

  @Test
  void shouldReportADatagramThatIsTooLongItself() throws IOException {
    FailingChannel channel =
        new FailingChannel(
            new SocketException("Message too long"), new SocketException("Message too long"));

    assertThatThrownBy(() -> socket(channel).send(filled())).hasMessage("Message too long");

    assertThat(channel.written).isZero();
    assertThat(transmit.hasRemaining()).isFalse();
  }

  @Test
  void shouldReportAtOnceThatNothingListens() throws IOException {
    FailingChannel channel = new FailingChannel(new PortUnreachableException());

    assertThatThrownBy(() -> socket(channel).send(filled()))
        .isInstanceOf(PortUnreachableException.class);

    assertThat(channel.written).isZero();
  }

  private Transmit filled() {
    transmit.begin().put((byte) 1);
    transmit.finish(PEER);
    return transmit;
  }

  private static ChannelUdpSocket socket(DatagramChannel channel) throws IOException {
    return new ChannelUdpSocket(channel);
  }

  /** Writes fail, one for each error, and then succeed. */
  private static final class FailingChannel extends SilentDatagramChannel {
    private final Queue<IOException> errors;
    int written;

    FailingChannel(IOException... errors) {
      this.errors = new ArrayDeque<>(List.of(errors));
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
      return PEER;
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
      IOException error = errors.poll();
      if (error != null) {
        throw error;
      }
      written++;
      return src.remaining();
    }
  }
}

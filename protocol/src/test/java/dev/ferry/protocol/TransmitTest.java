package dev.ferry.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransmitTest {
  private static final InetSocketAddress PEER = new InetSocketAddress(1);
  private static final InetSocketAddress OTHER = new InetSocketAddress(2);

  private final Transmit transmit = new Transmit(10, 4);

  private void add(int bytes) {
    transmit.beginNext().put(new byte[bytes]);
    transmit.finish(PEER);
  }

  private List<Integer> takeAll() {
    List<Integer> sizes = new ArrayList<>();
    for (; transmit.hasRemaining(); transmit.taken()) {
      sizes.add(transmit.datagram().remaining());
    }
    return sizes;
  }

  @Test
  void shouldHoldDatagramsOfEqualSize() {
    transmit.clear();
    add(3);
    add(3);
    add(3);
    assertThat(transmit.hasRoom()).as("1 byte is left").isFalse();
    assertThat(transmit.datagrams()).isEqualTo(3);
    assertThat(transmit.segmentBytes()).isEqualTo(3);
    assertThat(transmit.buffer().remaining()).isEqualTo(9);
    assertThat(takeAll()).containsExactly(3, 3, 3);
    assertThatThrownBy(() -> add(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldEndWithAShorterOne() {
    transmit.clear();
    add(3);
    ByteBuffer next = transmit.beginNext();
    assertThat(next.remaining()).as("none is larger than the first").isEqualTo(3);
    next.put((byte) 7);
    transmit.finish(PEER);
    assertThat(transmit.hasRoom()).isFalse();
    assertThat(takeAll()).containsExactly(3, 1);
  }

  @Test
  void shouldHoldNoMoreThanSoMany() {
    transmit.clear();
    for (int i = 0; i < 4; i++) {
      assertThat(transmit.hasRoom()).isTrue();
      add(1);
    }
    assertThat(transmit.hasRoom()).isFalse();
    assertThat(new Transmit(10).hasRoom()).isTrue();
  }

  @Test
  void shouldForgetWhatIsNotFinished() {
    transmit.begin().put(new byte[2]);
    transmit.finish(PEER);
    transmit.beginNext().put((byte) 1);
    assertThat(takeAll()).containsExactly(2);
    transmit.begin().put((byte) 1);
    assertThat(transmit.hasRemaining()).isFalse();
    assertThatThrownBy(transmit::to).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldGoToOnePeer() {
    transmit.clear();
    add(2);
    transmit.beginNext().put((byte) 1);
    assertThatThrownBy(() -> transmit.finish(OTHER)).isInstanceOf(IllegalArgumentException.class);
    assertThat(transmit.to()).isEqualTo(PEER);
  }
}

package dev.ferry.protocol.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddressKeyTest {
  private static final int PEERS = 4_096;

  /** Peers whose address and port have a constant sum, which is all that Java's hash looks at. */
  private static InetSocketAddress peer(int number) throws UnknownHostException {
    byte[] ip = {10, 0, (byte) (number >> 8), (byte) number};
    return new InetSocketAddress(InetAddress.getByAddress(ip), 30_000 - number);
  }

  @Test
  void shouldSpreadPeersThatJavaPutsIntoOneBucket() throws UnknownHostException {
    Set<Integer> java = new HashSet<>();
    Set<Integer> ours = new HashSet<>();
    Set<Integer> seededOtherwise = new HashSet<>();
    for (int number = 0; number < PEERS; number++) {
      java.add(peer(number).hashCode());
      ours.add(AddressKey.of(peer(number), 1).hashCode());
      seededOtherwise.add(AddressKey.of(peer(number), 2).hashCode());
    }
    assertThat(java).hasSize(1);
    assertThat(ours).hasSizeGreaterThan(PEERS - 10);
    assertThat(seededOtherwise).doesNotContainAnyElementsOf(ours);
  }

  @Test
  void shouldTellPeersApart() throws UnknownHostException {
    AddressKey key = AddressKey.of(peer(7), 1);
    assertThat(AddressKey.of(peer(7), 1)).isEqualTo(key).hasSameHashCodeAs(key);
    assertThat(key.compareTo(AddressKey.of(peer(7), 1))).isZero();
    for (int number = 0; number < PEERS; number++) {
      AddressKey other = AddressKey.of(peer(number), 1);
      assertThat(other.equals(key)).isEqualTo(number == 7);
      assertThat(other.compareTo(key) == 0).isEqualTo(number == 7);
      assertThat(other.compareTo(key) < 0).isEqualTo(key.compareTo(other) > 0);
    }
  }

  private static InetAddress ip(String text) throws UnknownHostException {
    return InetAddress.getAllByName(text)[0];
  }

  @Test
  void shouldTakeAnIpv4AddressAndHalfAnIpv6AddressForANetwork() throws UnknownHostException {
    AddressKey four = AddressKey.ofPrefix(ip("192.0.2.1"), 32, 1);
    AddressKey six = AddressKey.ofPrefix(ip("2001:db8::1"), 64, 1);
    assertThat(AddressKey.ofPrefix(ip("192.0.2.1"), 32, 1)).isEqualTo(four);
    assertThat(AddressKey.ofPrefix(ip("192.0.2.2"), 32, 1)).isNotEqualTo(four);
    assertThat(AddressKey.ofPrefix(ip("2001:db8::ffff:1"), 64, 1)).isEqualTo(six);
    assertThat(AddressKey.ofPrefix(ip("2001:db8:0:1::1"), 64, 1)).isNotEqualTo(six);
  }

  @Test
  void shouldNameNetworks() throws UnknownHostException {
    InetAddress four = InetAddress.getByAddress(new byte[] {10, 1, 2, 3});
    assertThat(AddressKey.networkOf(four)).isEqualTo(Bytes.copyOf(four.getAddress()));
    byte[] six = {0x20, 1, 13, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    assertThat(AddressKey.networkOf(InetAddress.getByAddress(six)))
        .isEqualTo(Bytes.copyOf(Arrays.copyOf(six, 8)));
  }
}

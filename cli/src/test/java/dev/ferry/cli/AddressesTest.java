package dev.ferry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Addresses}; no name is looked up. */
class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "2001:db8::1, 2001:db8::1",
    "0.0.0.0, 127.0.0.1",
    "::, ::1",
  })
  void shouldFindAServerAtAnAddress(String host, String address)
      throws CommandException, UnknownHostException {
    assertThat(Addresses.resolveAll(new HostPort(host, 12_300)))
        .containsExactly(new InetSocketAddress(InetAddress.getByName(address), 12_300));
  }

  @Test
  void shouldListenAtAllAddressesUnlessOneIsGiven() throws CommandException {
    assertThat(Addresses.toBind("", "", 0).getAddress().isAnyLocalAddress()).isTrue();
    assertThat(Addresses.toBind("", "127.0.0.1", 5))
        .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 5));
  }
}

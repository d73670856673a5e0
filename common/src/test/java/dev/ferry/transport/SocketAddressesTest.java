package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketAddressesTest {
  private static final int AT = 4;

  private final ByteBuffer memory = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());

  @ParameterizedTest
  @CsvSource({
    "192.0.2.255, 1, 2",
    "192.0.2.255, 65535, 2",
    "192.0.2.255, 443, 10",
    "2001:db8::ff, 40000, 10",
    "::1, 65535, 10"
  })
  void shouldReadWhatItHasWritten(String host, int port, int family) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);

    int bytes = SocketAddresses.write(address, family, memory, AT);

    assertThat(bytes).isEqualTo(family == SocketAddresses.AF_INET ? 16 : 28);
    assertThat(SocketAddresses.read(memory, AT)).isEqualTo(address);
  }

  @Test
  void shouldKeepTheInterfaceOfALinkLocalAddress() throws IOException {
    byte[] host = InetAddress.getByName("fe80::1").getAddress();
    InetSocketAddress address =
        new InetSocketAddress(Inet6Address.getByAddress(null, host, 7), 12_300);

    SocketAddresses.write(address, SocketAddresses.AF_INET6, memory, AT);

    InetAddress read = SocketAddresses.read(memory, AT).getAddress();
    assertThat(((Inet6Address) read).getScopeId()).isEqualTo(7);
  }

  @Test
  void shouldWritePortsInTheOrderOfTheNetwork() throws IOException {
    InetAddress host = InetAddress.getByName("192.0.2.1");

    SocketAddresses.write(new InetSocketAddress(host, 0x1234), 2, memory, 0);

    assertThat(memory.get(2)).isEqualTo((byte) 0x12);
    assertThat(memory.get(3)).isEqualTo((byte) 0x34);
    assertThat(memory.get(4)).isEqualTo((byte) 192);
  }

  @Test
  void shouldRefuseWhatASocketCannotReach() throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 1);

    assertThat(SocketAddresses.write(address, SocketAddresses.AF_INET, memory, 0)).isZero();
    memory.putShort(0, (short) 1);
    assertThat(SocketAddresses.read(memory, 0)).isNull();
  }
}

package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@link DontFragment} on the machine that runs the test; other systems than Linux do without. */
@EnabledOnOs(OS.LINUX)
class DontFragmentTest {
  private static final int TIMEOUT_SECONDS = 60;

  @TempDir Path directory;

  @BeforeEach
  void prepare() throws Exception {
    assumeTrue(
        Runtime.version().feature() >= 19 || LinuxSockets.isPermitted(),
        "Java was started without --add-exports java.base/sun.nio.ch=ALL-UNNAMED");
    CountDownLatch prepared = new CountDownLatch(1);
    try (DatagramChannel any = DatagramChannel.open()) {
      DontFragment.prepare(any, () -> Optional.of(directory), prepared::countDown);
      assertThat(prepared.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void shouldForbidThatASocketsDatagramsAreCut() throws IOException {
    try (DatagramChannel channel = connected("127.0.0.2", "127.0.0.1")) {
      assertThat(DontFragment.isSet(channel)).isFalse();

      DontFragment.set(channel);

      assertThat(DontFragment.isSet(channel)).isTrue();
    }
  }

  @Test
  void shouldForbidItAtAllSocketsOfAServer() throws IOException {
    try (LocalSockets sockets = LocalSockets.bind(new InetSocketAddress("127.0.0.2", 0))) {
      sockets.forbidFragments();

      sockets.main().connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9));
      assertThat(DontFragment.isSet(sockets.main())).isTrue();
    }
  }

  /** No router is on the way, so that nothing need be loaded. */
  @Test
  void shouldNotNeedItTowardsTheSameMachine() throws IOException {
    try (DatagramChannel channel = connected("127.0.0.1", "127.0.0.1")) {
      assertThat(DontFragment.isSet(channel)).isTrue();
    }
  }

  @Test
  void shouldLeaveAClosedSocketAlone() throws IOException {
    DatagramChannel channel = connected("127.0.0.2", "127.0.0.1");
    channel.close();

    DontFragment.set(channel);

    assertThat(DontFragment.isSet(channel)).isFalse();
  }

  @Test
  void shouldLeaveNothingUnpackedBehind() {
    assertThat(directory).isEmptyDirectory();
  }

  private static DatagramChannel connected(String from, String to) throws IOException {
    return DatagramChannel.open()
        .bind(new InetSocketAddress(from, 0))
        .connect(new InetSocketAddress(to, 9));
  }
}

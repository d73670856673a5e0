package dev.ferry.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.api.FerryServer;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.runtime.SecurityOptions.Mode;
import dev.ferry.storage.KnownServers;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that knows a Ferry server sends it nothing in the clear, unless the user says so. */
class KnownServerTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @TempDir private Path directory;
  private KnownServers known;
  private boolean loopbackToo = true;
  private TransferRunner runner;

  @BeforeEach
  void createMemory() {
    known = KnownServers.in(directory.resolve("state"));
  }

  private ClientEvent put(InetSocketAddress server, Mode mode, TransportChoice transport)
      throws IOException {
    return SmallUpload.run(
        directory,
        server,
        mode,
        transport,
        created -> {
          runner = created;
          created.rememberServers(known, loopbackToo);
        });
  }

  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void shouldKnowAServerThatHasSpokenFerryMode(TransportChoice transport) throws Exception {
    Path root = Files.createDirectory(directory.resolve("root"));
    try (FerryServer server =
        FerryServer.builder(root).bind(new InetSocketAddress(LOOPBACK, 0)).start()) {
      InetSocketAddress address = new InetSocketAddress(LOOPBACK, server.port());
      for (int i = 0; i < 2; i++) {
        assertThat(put(address, Mode.EITHER, transport)).isInstanceOf(ClientEvent.Completed.class);
        assertThat(known.recordsOf(address)).isNotEmpty();
      }
    }
    assertThat(known.trouble()).isEmpty();
  }

  @Test
  void shouldNotFallBackToTheLab() throws Exception {
    try (LabServer server = new LabServer(new DatagramSocket(0, LOOPBACK))) {
      InetSocketAddress address = server.address();
      known.remember(address);
      ClientEvent end = put(address, Mode.EITHER, TransportChoice.AUTO);
      assertThat(((ClientEvent.Failed) end).failure())
          .isInstanceOf(TransferFailure.Downgraded.class);
      assertThat(runner.recordsOfServer()).isEqualTo(known.recordsOf(address)).hasSize(1);
      assertThat(server.content.size()).isZero();

      assertThat(put(address, Mode.LAB, TransportChoice.UDP))
          .isInstanceOf(ClientEvent.Completed.class);
      assertThat(server.content.toString(ISO_8859_1)).isEqualTo("content");
      assertThat(known.recordsOf(address)).hasSize(1);
    }
  }

  @Test
  void shouldFallBackToTheLabWithoutTheRecord() throws Exception {
    try (LabServer server = new LabServer(new DatagramSocket(0, LOOPBACK))) {
      InetSocketAddress address = server.address();
      known.remember(address);
      Files.delete(known.recordsOf(address).get(0));
      assertThat(put(address, Mode.EITHER, TransportChoice.AUTO))
          .isInstanceOf(ClientEvent.Completed.class);
      assertThat(known.recordsOf(address)).isEmpty();
    }
  }

  /** Nobody is in between, and programs come and go at its ports. */
  @Test
  void shouldExceptThisMachine() throws Exception {
    loopbackToo = false;
    try (LabServer server = new LabServer(new DatagramSocket(0, LOOPBACK))) {
      known.remember(server.address());
      assertThat(put(server.address(), Mode.EITHER, TransportChoice.AUTO))
          .isInstanceOf(ClientEvent.Completed.class);
    }
  }
}

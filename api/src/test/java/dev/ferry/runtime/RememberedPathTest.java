package dev.ferry.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.api.FerryServer;
import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.runtime.SecurityOptions.Mode;
import dev.ferry.storage.PathCache;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link TransferRunner} remembers of a path, and what it makes of it. */
class RememberedPathTest {
  @TempDir private Path directory;

  private ClientEvent put(InetSocketAddress server, PathCache cache) throws IOException {
    return SmallUpload.run(
        directory, server, Mode.EITHER, TransportChoice.UDP, runner -> runner.rememberPaths(cache));
  }

  @Test
  void shouldRememberAFerryServer() throws Exception {
    Path root = Files.createDirectory(directory.resolve("root"));
    PathCache cache = PathCache.in(directory.resolve("cache"));
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (FerryServer server =
        FerryServer.builder(root).bind(new InetSocketAddress(loopback, 0)).start()) {
      InetSocketAddress address = new InetSocketAddress(loopback, server.port());
      for (int i = 0; i < 2; i++) {
        assertThat(put(address, cache)).isInstanceOf(ClientEvent.Completed.class);
        assertThat(root.resolve("name")).hasContent("content");
        Files.delete(root.resolve("name"));
        assertThat(cache.find(address, loopback)).isNotNull();
      }
    }
    assertThat(cache.trouble()).isEmpty();
  }

  /** A lab server has taken the place of a Ferry server: it gets a fresh port, and no surprise. */
  @Test
  void shouldFallBackToTheLab() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    PathCache cache = PathCache.in(directory.resolve("cache"));
    try (LabServer server = new LabServer(new DatagramSocket(0, loopback))) {
      InetSocketAddress address = server.address();
      cache.remember(address, loopback, new PathMemory(1, 0, 0, 1472));
      assertThat(put(address, cache)).isInstanceOf(ClientEvent.Completed.class);
      assertThat(server.content.toString(ISO_8859_1)).isEqualTo("content");
      assertThat(server.labPorts).doesNotContainAnyElementsOf(server.otherPorts);
      assertThat(server.otherPorts).hasSize(1);
      assertThat(cache.find(address, loopback)).isNull();
    }
  }
}

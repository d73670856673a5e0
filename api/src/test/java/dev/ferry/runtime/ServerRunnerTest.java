package dev.ferry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.ForwardingEngine;
import dev.ferry.protocol.server.ServerEvent;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServerRunnerTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir Path root;

  /** Its thread may be about to use a descriptor, whose number somebody else gets otherwise. */
  @Test
  void shouldKeepTheSocketsOpenAsLongAsItRuns() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ServerOptions options =
        new ServerOptions(root, ANY_PORT)
            .network(
                engine ->
                    new ForwardingEngine<ServerEvent>(engine) {
                      @Override
                      public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
                        busy.countDown();
                        await(goOn);
                      }
                    });
    ServerRunner server = ServerRunner.open(options);
    InetSocketAddress address = server.address();
    Thread thread = new Thread(() -> run(server));
    thread.start();
    try (DatagramChannel client = DatagramChannel.open()) {
      client.send(ByteBuffer.wrap(new byte[1]), address);
      await(busy);

      server.close();
      assertThat(isFree(address)).isFalse();
      goOn.countDown();
      thread.join();
      assertThat(isFree(address)).isTrue();
    }
  }

  @Test
  void shouldCloseTheSocketsOfOneThatHasNotRun() throws IOException {
    ServerRunner server = ServerRunner.open(new ServerOptions(root, ANY_PORT));
    InetSocketAddress address = server.address();

    server.close();

    assertThat(isFree(address)).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void run(ServerRunner server) {
    try {
      server.run((event, nowNs) -> {});
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isFree(InetSocketAddress address) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.bind(address);
      return true;
    } catch (BindException e) {
      return false;
    }
  }
}

package dev.ferry.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ImpairmentText;
import dev.ferry.clock.NanoClock;
import dev.ferry.netsim.Fate;
import dev.ferry.netsim.Fate.Delivery;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.core.Flow;
import dev.ferry.proxy.core.ProxyEngine;
import dev.ferry.proxy.core.Tap;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The loop with real sockets, and what a tap is told of them. */
class ProxyLoopTest {
  private static final int TIMEOUT_MS = 60_000;
  private static final int MOVES = 3;

  /** Keeps the addresses from which datagrams leave for the server. */
  private record Sources(BlockingQueue<InetSocketAddress> addresses) implements Tap {
    @Override
    public void opened(Flow flow, long nowNs) {}

    @Override
    public void entered(Flow flow, Direction way, ByteBuffer payload, Fate fate, long nowNs) {}

    @Override
    public void sent(Flow flow, Direction way, Delivery delivery, ByteBuffer payload, long nowNs) {
      addresses.add(flow.upstream());
    }
  }

  private static DatagramSocket socket() throws IOException {
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    socket.setSoTimeout(TIMEOUT_MS);
    return socket;
  }

  @Test
  void shouldTellTheAddressAtWhichAClientThatMovesAppears()
      throws IOException, CommandException, InterruptedException {
    ImpairmentSpec moving = ImpairmentText.apply(ImpairmentSpec.NONE, "rebind=10ms");
    ProxyEngine engine = new ProxyEngine(moving, moving, 1, 9, 60 * Nanos.SECOND);
    Sources told = new Sources(new LinkedBlockingQueue<>());
    engine.attach(told);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (DatagramSocket server = socket();
        DatagramSocket client = socket();
        ProxyLoop loop =
            new ProxyLoop(
                engine,
                new InetSocketAddress(loopback, 0),
                (InetSocketAddress) server.getLocalSocketAddress(),
                new SourceAddresses(List.of(), loopback),
                NanoClock.SYSTEM)) {
      CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> run(loop));
      Set<String> seen = new TreeSet<>();
      while (seen.size() <= MOVES) {
        client.send(new DatagramPacket(new byte[1], 1, loop.address()));
        DatagramPacket packet = new DatagramPacket(new byte[9], 9);
        server.receive(packet);
        seen.add(packet.getSocketAddress().toString());
        assertThat(told.addresses.poll(TIMEOUT_MS, TimeUnit.MILLISECONDS))
            .isEqualTo(packet.getSocketAddress());
      }
      loop.stop();
      ended.join();
    }
  }

  /** A connected socket takes answers from the address that it is connected to, and no other. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldAnswerFromTheAddressThatWasAsked() throws IOException {
    ProxyEngine engine =
        new ProxyEngine(ImpairmentSpec.NONE, ImpairmentSpec.NONE, 1, 9, 60 * Nanos.SECOND);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (DatagramSocket server = socket();
        DatagramSocket client = socket();
        ProxyLoop loop =
            new ProxyLoop(
                engine,
                new InetSocketAddress(0),
                (InetSocketAddress) server.getLocalSocketAddress(),
                new SourceAddresses(List.of(), loopback),
                NanoClock.SYSTEM)) {
      CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> run(loop));
      client.connect(new InetSocketAddress("127.0.1.1", loop.address().getPort()));
      client.send(new DatagramPacket(new byte[1], 1));
      DatagramPacket packet = new DatagramPacket(new byte[9], 9);
      server.receive(packet);
      server.send(packet);
      client.receive(packet);
      assertThat(packet.getLength()).isEqualTo(1);
      loop.stop();
      ended.join();
    }
  }

  private static void run(ProxyLoop loop) {
    try {
      loop.run();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

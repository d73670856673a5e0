package dev.ferry.bench;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabSender;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.lab.RetransmissionPolicy;
import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.protocol.server.LabServer;
import dev.ferry.protocol.server.ServerLimits;
import dev.ferry.storage.DiskFileContent;
import dev.ferry.storage.DiskLabStore;
import dev.ferry.storage.FairWorkers;
import dev.ferry.storage.StoreOptions;
import dev.ferry.transport.EngineListener;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.UdpTransport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Chunks per second of a whole upload over the loopback interface, disk included, against the round
 * trips per second of two bare sockets that exchange datagrams of the same sizes and do nothing
 * else: once as a protocol needs them, with a receive timeout, and once without. The three
 * alternate, so that whatever else the machine does meets all of them.
 *
 * <p>Usage: {@code StopAndWaitRatio ROUNDS MEGABYTES}. Five more rounds come first, uncounted:
 * while the compiler still works, it takes one of the cores.
 */
public final class StopAndWaitRatio {
  private static final int DATAGRAM_BYTES = 1472;
  private static final int DATA_HEADER_BYTES = "d | 12345 | ".length();
  private static final int CHUNK_BYTES = DATAGRAM_BYTES - DATA_HEADER_BYTES;
  private static final int WARM_UP_ROUNDS = 5;
  private static final int RECEIVE_TIMEOUT_MS = 10_000;
  private static final int ACK_BYTES = "a | 12345".length();

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Path directory;
  private final Path file;
  private final long fileBytes;

  private StopAndWaitRatio(Path directory, long fileBytes) {
    this.directory = directory;
    this.file = directory.resolve("file");
    this.fileBytes = fileBytes;
  }

  /** Prints one line a round, and the median ratio. */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    long fileBytes = Long.parseLong(args[1]) * 1_000_000;
    Path directory = Files.createTempDirectory("ferry-bench");
    StopAndWaitRatio bench = new StopAndWaitRatio(directory, fileBytes);
    try {
      bench.run(rounds);
    } finally {
      bench.threads.shutdownNow();
      Files.deleteIfExists(directory.resolve("stored"));
      Files.deleteIfExists(bench.file);
      Files.deleteIfExists(directory);
    }
  }

  private void run(int rounds) throws Exception {
    byte[] content = new byte[(int) fileBytes];
    new Random(1).nextBytes(content);
    Files.write(file, content);
    double[] toTimed = new double[rounds];
    double[] toUntimed = new double[rounds];
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      double timed = pingPong(RECEIVE_TIMEOUT_MS);
      double ferry = upload();
      double untimed = pingPong(0);
      if (round >= 0) {
        toTimed[round] = ferry / timed;
        toUntimed[round] = ferry / untimed;
      }
      System.out.printf(
          Locale.ROOT,
          "%s: Ferry %.0f chunks/s, bare %.0f round trips/s with timeout, %.0f without%n",
          round < 0 ? "warm-up" : "round " + (round + 1),
          ferry,
          timed,
          untimed);
    }
    Spread.print("ratio to bare with receive timeout:", toTimed);
    Spread.print("ratio to bare without:", toUntimed);
  }

  private long chunks() {
    return (fileBytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
  }

  private double perSecond(long beginNs) {
    return chunks() * 1e9 / (System.nanoTime() - beginNs);
  }

  private double pingPong(int receiveTimeoutMs) throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (DatagramSocket echo = new DatagramSocket(0, loopback);
        DatagramSocket client = new DatagramSocket(0, loopback)) {
      client.connect(echo.getLocalSocketAddress());
      client.setSoTimeout(receiveTimeoutMs);
      echo.setSoTimeout(receiveTimeoutMs);
      Future<?> end = threads.submit(() -> acknowledge(echo));
      DatagramPacket data = new DatagramPacket(new byte[DATAGRAM_BYTES], DATAGRAM_BYTES);
      DatagramPacket ack = new DatagramPacket(new byte[DATAGRAM_BYTES], DATAGRAM_BYTES);
      long beginNs = System.nanoTime();
      for (long i = 0; i < chunks(); i++) {
        client.send(data);
        client.receive(ack);
      }
      double result = perSecond(beginNs);
      end.get();
      return result;
    }
  }

  private Void acknowledge(DatagramSocket echo) throws IOException {
    DatagramPacket data = new DatagramPacket(new byte[DATAGRAM_BYTES], DATAGRAM_BYTES);
    DatagramPacket ack = new DatagramPacket(new byte[ACK_BYTES], ACK_BYTES);
    for (long i = 0; i < chunks(); i++) {
      echo.receive(data);
      ack.setSocketAddress(data.getSocketAddress());
      echo.send(ack);
    }
    return null;
  }

  private double upload() throws Exception {
    ExecutorService diskWorkers = Executors.newFixedThreadPool(2);
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (DatagramChannel channel = DatagramChannel.open().bind(anyPort);
        EventLoop server = EventLoop.open(NanoClock.SYSTEM)) {
      DiskLabStore store =
          DiskLabStore.open(
              directory,
              new StoreOptions(true, Long.MAX_VALUE, 0),
              new DiskLabStore.Workers(diskWorkers, new FairWorkers(diskWorkers), diskWorkers),
              server);
      LabServer engine = new LabServer(store, ReceiverConfig.DEFAULT, ServerLimits.DEFAULT);
      server.add(new UdpTransport<>(channel, engine, (event, nowNs) -> {}));
      Future<?> end =
          threads.submit(
              () -> {
                server.run();
                return null;
              });
      double result = send((InetSocketAddress) channel.getLocalAddress());
      server.execute(nowNs -> server.stop());
      end.get();
      return result;
    } finally {
      diskWorkers.shutdown();
    }
  }

  private double send(InetSocketAddress server) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open().connect(server);
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM);
        DiskFileContent source = DiskFileContent.open(file)) {
      Start start = new Start(Dialect.SPACED, 0, "stored", source.sizeBytes(), true);
      LabSender sender =
          new LabSender(server, start, source, DATAGRAM_BYTES, RetransmissionPolicy.START);
      EngineListener<SenderEvent> listener =
          (event, nowNs) -> {
            switch (event.kind()) {
              case CONNECTED -> {}
              case COMPLETED -> loop.stop();
              case FAILED -> throw new IllegalStateException("the upload failed: " + event);
            }
          };
      loop.add(new UdpTransport<>(channel, sender, listener));
      long beginNs = System.nanoTime();
      loop.run();
      return perSecond(beginNs);
    }
  }
}

package dev.ferry.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Datagrams per second through the lossy proxy, without impairments, against those through a {@link
 * PlainForwarder}, and how long each of them keeps a datagram. Both are processes of their own; one
 * thread here sends and receives. They alternate, so that whatever else the machine does meets all
 * of them.
 *
 * <p>Usage: {@code ForwardingRatio ROUNDS LOSSY_PROXY_JAR [OPTION_OF_THE_PROXY]...}. Five more
 * rounds come first, uncounted.
 */
public final class ForwardingRatio {
  private static final int WARM_UP_ROUNDS = 5;
  private static final int PAYLOAD_BYTES = 1200;
  private static final int DATAGRAMS = 200_000;

  /** How many datagrams are under way: below what the smallest socket buffer on the way takes. */
  private static final int WINDOW = 64;

  private static final long STALLED_NS = 100_000_000;
  private static final int PINGS = 10_000;
  private static final long PING_INTERVAL_NS = 100_000;

  private final DatagramChannel sender;
  private final DatagramChannel sink;
  private final ByteBuffer outgoing = ByteBuffer.allocateDirect(PAYLOAD_BYTES);
  private final ByteBuffer incoming = ByteBuffer.allocateDirect(PAYLOAD_BYTES);

  private ForwardingRatio() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    sender = DatagramChannel.open().bind(any);
    sink = DatagramChannel.open().bind(any);
    sender.configureBlocking(false);
    sink.configureBlocking(false);
  }

  /** A forwarder in a process of its own. */
  private record Forwarder(Process process, InetSocketAddress address) {
    static Forwarder start(String... command) throws IOException {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      BufferedReader lines = process.inputReader();
      String line = lines.readLine();
      if (line == null || !line.startsWith("listening on ")) {
        throw new IOException(String.join(" ", command) + ": " + line);
      }
      String port = line.replaceFirst("^listening on \\S+:", "").replaceFirst("\\D.*", "");
      return new Forwarder(
          process, new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)));
    }
  }

  /** Prints one line a round, and the medians. */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    ForwardingRatio bench = new ForwardingRatio();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    int sinkPort = ((InetSocketAddress) bench.sink.getLocalAddress()).getPort();
    String target = "127.0.0.1:" + sinkPort;
    String[] proxyCommand = {java, "-jar", args[1], "0", target, "--bind", "127.0.0.1"};
    String[] options = Arrays.copyOfRange(args, 2, args.length);
    String[] withOptions = Arrays.copyOf(proxyCommand, proxyCommand.length + options.length);
    System.arraycopy(options, 0, withOptions, proxyCommand.length, options.length);
    String classPath = System.getProperty("java.class.path");
    Forwarder plain =
        Forwarder.start(
            java, "-cp", classPath, PlainForwarder.class.getName(), String.valueOf(sinkPort));
    Forwarder proxy = Forwarder.start(withOptions);
    try {
      bench.run(rounds, plain, proxy);
    } finally {
      plain.process().destroy();
      proxy.process().destroy();
    }
  }

  private void run(int rounds, Forwarder plain, Forwarder proxy) throws IOException {
    double[] ratio = new double[rounds];
    double[] perSecond = new double[rounds];
    double[] added = new double[rounds];
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      double plainRate = rate(plain.address());
      double proxyRate = rate(proxy.address());
      double direct = p99Us((InetSocketAddress) sink.getLocalAddress());
      double plainUs = p99Us(plain.address());
      double proxyUs = p99Us(proxy.address());
      System.out.printf(
          Locale.ROOT,
          "%s: proxy %.0f datagrams/s, plain %.0f; 99 of 100 arrive within %.0f us through the"
              + " proxy, %.0f us through plain, %.0f us directly%n",
          round < 0 ? "warm-up" : "round " + (round + 1),
          proxyRate,
          plainRate,
          proxyUs,
          plainUs,
          direct);
      if (round >= 0) {
        ratio[round] = proxyRate / plainRate;
        perSecond[round] = proxyRate;
        added[round] = proxyUs - direct;
      }
    }
    Spread.print("ratio to the plain forwarder:", ratio);
    Spread.print("datagrams/s through the proxy:", perSecond);
    Spread.print("added by the proxy (p99, us):", added);
  }

  /** Datagrams that arrive per second when there is always a window of them under way. */
  private double rate(InetSocketAddress forwarder) throws IOException {
    long beginNs = System.nanoTime();
    long progressNs = beginNs;
    int sent = 0;
    int arrived = 0;
    int lost = 0;
    while (arrived + lost < DATAGRAMS) {
      while (sent < DATAGRAMS && sent - arrived - lost < WINDOW) {
        sender.send(outgoing.clear(), forwarder);
        sent++;
      }
      while (sink.receive(incoming.clear()) != null) {
        arrived++;
        progressNs = System.nanoTime();
      }
      if (System.nanoTime() - progressNs > STALLED_NS) {
        lost = sent - arrived;
        progressNs = System.nanoTime();
      }
    }
    return arrived * 1e9 / (System.nanoTime() - beginNs);
  }

  /** How long 99 of 100 single datagrams take at the most, in microseconds. */
  private double p99Us(InetSocketAddress forwarder) throws IOException {
    long[] took = new long[PINGS];
    for (int i = 0; i < PINGS; i++) {
      long sentNs = System.nanoTime();
      sender.send(outgoing.clear(), forwarder);
      while (sink.receive(incoming.clear()) == null && System.nanoTime() - sentNs < STALLED_NS) {
        Thread.onSpinWait();
      }
      took[i] = System.nanoTime() - sentNs;
      while (System.nanoTime() - sentNs < PING_INTERVAL_NS) {
        Thread.onSpinWait();
      }
    }
    Arrays.sort(took);
    return took[PINGS * 99 / 100] / 1e3;
  }
}

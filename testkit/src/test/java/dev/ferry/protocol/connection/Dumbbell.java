package dev.ferry.protocol.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ferry.netsim.DelayLine;
import dev.ferry.netsim.Fate;
import dev.ferry.netsim.Fate.Delivery;
import dev.ferry.netsim.Impairer;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.netsim.RateLimit;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.testkit.sim.Simulation;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts that share a bottleneck, in virtual time: connections whose handshake is over, from and to
 * files of any size that take no room. What they send passes a queue and the bottleneck, gets lost
 * behind it, and is delayed; acknowledgements are lost and delayed only.
 */
final class Dumbbell {
  static final int DATAGRAM_BYTES = 1472;

  private static final byte[] TO_SERVER = "0123456789abcdef0123456789ABCDEF".getBytes(US_ASCII);
  private static final byte[] TO_CLIENT = "fedcba9876543210FEDCBA9876543210".getBytes(US_ASCII);
  private static final long PATIENCE_NS = 600 * Nanos.SECOND;
  private static final int SECONDS = 1000;

  /** What is between the ends, as on the lossy proxy's command line. */
  private final Impairer bottleneck;

  private final Impairer forward;
  private final Impairer back;
  private final DelayLine<LongConsumer> events = new DelayLine<>();
  private final List<Flow> flows = new ArrayList<>();
  private final SplittableRandom random;
  private @Nullable Policer policer;
  private final long startNs;
  private final long handshakeRttNs;
  private long nowNs;
  long queueDrops;
  long carried;
  long lost;

  /**
   * Creates a network without flows.
   *
   * @param bottleneck its rate and queue
   * @param forward what happens behind it
   * @param back what happens to acknowledgements
   */
  Dumbbell(long seed, String bottleneck, String forward, String back) {
    this(seed, Simulation.path(bottleneck), forward, back);
  }

  /** The same, with a bottleneck that has a recorded rate, for example. */
  Dumbbell(long seed, ImpairmentSpec bottleneck, String forward, String back) {
    this.random = new SplittableRandom(seed);
    this.bottleneck = new Impairer(bottleneck, random.nextLong());
    this.forward = new Impairer(Simulation.path(forward), random.nextLong());
    this.back = new Impairer(Simulation.path(back), random.nextLong());
    this.handshakeRttNs =
        Simulation.path(forward).delayNs() + Simulation.path(back).delayNs() + Nanos.MILLISECOND;
    this.startNs = random.nextLong();
    this.nowNs = startNs;
  }

  /** Drops what exceeds a rate for more than a burst, before the bottleneck. */
  void police(double mbit, long burstBytes) {
    policer = new Policer(mbit, burstBytes, nowNs);
  }

  void changeBottleneck(String properties) {
    bottleneck.reconfigure(Simulation.path(properties));
  }

  void changeCap(RateCap cap, long bytesPerSecond) {
    cap.setRate(bytesPerSecond, nowNs);
    for (Flow flow : flows) {
      if (flow.cap == cap && flow.client != null) {
        flow.client.round();
      }
    }
  }

  void changeDelay(String thereProperties, String backProperties) {
    forward.reconfigure(Simulation.path(thereProperties));
    back.reconfigure(Simulation.path(backProperties));
  }

  /** Adds a put that begins after some time. */
  Flow add(CongestionAlgorithm algorithm, long sizeBytes, long afterNs) {
    return add(algorithm, sizeBytes, afterNs, new RateCap());
  }

  /** The same below a cap. */
  Flow add(CongestionAlgorithm algorithm, long sizeBytes, long afterNs, RateCap cap) {
    Flow flow = new Flow(flows.size(), algorithm, sizeBytes, cap);
    flows.add(flow);
    after(afterNs, flow::start);
    return flow;
  }

  void after(long delayNs, LongConsumer action) {
    events.add(Nanos.after(nowNs, delayNs), action);
  }

  /** Runs until so much time has passed since the beginning, or all flows are over. */
  void run(double untilSeconds) {
    long untilNs = startNs + (long) (untilSeconds * Nanos.SECOND);
    while (events.nextNs() != Nanos.NEVER && events.nextNs() - untilNs <= 0) {
      nowNs = events.nextNs();
      events.poll(nowNs).accept(nowNs);
      boolean over = true;
      for (int i = 0; i < flows.size(); i++) {
        over &= flows.get(i).finishedNs != Nanos.NEVER;
      }
      if (over && !flows.isEmpty()) {
        return;
      }
    }
    nowNs = untilNs;
  }

  /** Since the beginning. */
  double seconds() {
    return (double) (nowNs - startNs) / Nanos.SECOND;
  }

  /** The share of datagrams that did not fit into the queue. */
  double queueLoss() {
    return (double) queueDrops / Math.max(1, queueDrops + carried);
  }

  /** A datagram goes to the other side, where something happens if it arrives. */
  void carry(int bytes, LongConsumer arrival) {
    if (policer != null && !policer.lets(bytes + RateLimit.HEADER_BYTES, nowNs)) {
      queueDrops++;
      return;
    }
    Fate link = bottleneck.next(bytes, nowNs);
    if (link.drop() != null) {
      queueDrops++;
      return;
    }
    carried++;
    Fate fate = forward.next(bytes, link.deliveries().get(0).atNs());
    lost += fate.drop() == null ? 0 : 1;
    for (Delivery delivery : fate.deliveries()) {
      events.add(delivery.atNs(), arrival);
    }
  }

  /** The same in the other direction, which has no bottleneck. */
  void carryBack(int bytes, LongConsumer arrival) {
    for (Delivery delivery : back.next(bytes, nowNs).deliveries()) {
      events.add(delivery.atNs(), arrival);
    }
  }

  /** A token bucket: it delays nothing, so that only loss shows its rate. */
  private static final class Policer {
    private final double bytesPerNs;
    private final long burstBytes;
    private double tokens;
    private long filledNs;

    Policer(double mbit, long burstBytes, long nowNs) {
      this.bytesPerNs = mbit * 125_000 / Nanos.SECOND;
      this.burstBytes = burstBytes;
      this.tokens = burstBytes;
      this.filledNs = nowNs;
    }

    boolean lets(int bytes, long nowNs) {
      tokens = Math.min((double) burstBytes, tokens + (nowNs - filledNs) * bytesPerNs);
      filledNs = nowNs;
      if (tokens < bytes) {
        return false;
      }
      tokens -= bytes;
      return true;
    }
  }

  /** One transfer. */
  final class Flow {
    private final long sizeBytes;
    private final CongestionAlgorithm algorithm;
    private final RateCap cap;
    private final InetSocketAddress clientAddress;
    private final InetSocketAddress serverAddress;
    final double[] receivedBytes = new double[SECONDS];
    private @Nullable PathMemory memory;
    private int earlyPackets = TransportParameters.DEFAULT.earlyPackets();
    private End client;
    private End server;
    private long beganNs;
    private long receivedBefore;
    long finishedNs = Nanos.NEVER;

    /** When every byte had been sent once. */
    long tailNs = Nanos.NEVER;

    long sentPackets;
    private long arrivedPackets;

    Flow(int index, CongestionAlgorithm algorithm, long sizeBytes, RateCap cap) {
      this.algorithm = algorithm;
      this.cap = cap;
      this.sizeBytes = sizeBytes;
      this.clientAddress = Simulation.address(1 + index, 40_000);
      this.serverAddress = Simulation.address(1000, 12_300 + index);
    }

    /** How many packets go out before there is an answer. */
    Flow sendingEarly(int packets) {
      earlyPackets = packets;
      return this;
    }

    /** What the client remembers of the path. */
    Flow remembering(long mbit, long rttMs) {
      memory = new PathMemory(rttMs * Nanos.MILLISECOND, mbit * 125_000, 0, DATAGRAM_BYTES);
      return this;
    }

    private void start(long atNs) {
      beganNs = atNs;
      PathState toClient =
          PathState.toClient(clientAddress, 1200, 100, random.split()).assumeRtt(handshakeRttNs);
      PathState toServer = PathState.fixed(serverAddress, random.split()).assumeRtt(handshakeRttNs);
      Disk disk = new Disk(this);
      Connection accepting = connect(toClient, TO_SERVER, TO_CLIENT, Role.SERVER);
      accepting.acceptWith(
          open ->
              (context, ns) -> FileReceiver.put(context, open, disk, ByteBudget.unlimited(), ns));
      server = new End(accepting);
      Connection asking = connect(toServer, TO_CLIENT, TO_SERVER, Role.CLIENT);
      Bytes id = Bytes.copyOf(new byte[Open.TRANSFER_BYTES]);
      Open open =
          new Open(0, Operation.PUT, false, true, id, new FileAttributes(sizeBytes, 1, 0), "name");
      asking.begin((context, ns) -> FileSender.put(context, open, new Source(this), ns), atNs);
      client = new End(asking);
      client.round();
    }

    private Connection connect(PathState path, byte[] in, byte[] out, Role role) {
      return new Connection(
          ConnectionConfig.overDatagrams(DATAGRAM_BYTES, PATIENCE_NS, algorithm)
              .withCap(role == Role.CLIENT ? cap : new RateCap())
              .withMemory(role == Role.CLIENT ? memory : null)
              .withEarlyPackets(earlyPackets),
          role,
          new ConnectionKeys(
              new PacketOpener(CipherSuite.AES_128_GCM, in),
              new PacketSealer(CipherSuite.AES_128_GCM, out),
              7),
          path,
          new PacketBuffer(),
          nowNs);
    }

    private void arrive(End at, InetSocketAddress from, byte[] datagram) {
      at.connection.handle(ByteBuffer.wrap(datagram), from, nowNs);
      if (at == server && server.connection.transfer() != null) {
        long received = server.connection.transfer().doneBytes();
        int second = (int) ((nowNs - startNs) / Nanos.SECOND);
        if (second < SECONDS) {
          receivedBytes[second] += received - receivedBefore;
        }
        receivedBefore = received;
      }
      at.round();
    }

    /** How much arrived in some seconds since the beginning, in Mbit/s. */
    double mbitPerSecond(int fromSecond, int toSecond) {
      double bytes = 0;
      for (int i = fromSecond; i < toSecond; i++) {
        bytes += receivedBytes[i];
      }
      return bytes * 8e-6 / (toSecond - fromSecond);
    }

    long doneBytes() {
      return receivedBefore;
    }

    /** How long it has taken, or takes. */
    double durationSeconds() {
      long endNs = finishedNs == Nanos.NEVER ? nowNs : finishedNs;
      return (double) (endNs - beganNs) / Nanos.SECOND;
    }

    /** How long it took from when every byte had been sent once. */
    double tailSeconds() {
      return (double) (finishedNs - tailNs) / Nanos.SECOND;
    }

    /** Data packets that were sent, for each that the file needs. */
    double sentForEach() {
      return (double) sentPackets * (DATAGRAM_BYTES - 32) / Math.max(1, doneBytes());
    }

    /** Data packets that arrived beyond those that the file needs, for each of these. */
    double redundant() {
      return (double) arrivedPackets * (DATAGRAM_BYTES - 32) / Math.max(1, doneBytes()) - 1;
    }

    /** One end. */
    private final class End {
      final Connection connection;
      private final Transmit transmit = new Transmit(1 << 16, 1);
      private long wakeNs = Nanos.NEVER;

      End(Connection connection) {
        this.connection = connection;
      }

      void round() {
        connection.onTimeout(nowNs);
        while (connection.pollTransmit(nowNs, transmit)) {
          byte[] datagram = new byte[transmit.buffer().remaining()];
          transmit.buffer().get(datagram);
          if (this == client) {
            sentPackets++;
            if (tailNs == Nanos.NEVER && connection.transfer().content().isTail()) {
              tailNs = nowNs;
            }
            sendForward(datagram);
          } else {
            sendBack(datagram);
          }
        }
        TransferEvent event = connection.pollEvent();
        while (event != null) {
          if (event instanceof TransferEvent.Failed failed) {
            throw new AssertionError(failed.toString());
          }
          if (event instanceof TransferEvent.Finished && this == client) {
            finishedNs = nowNs;
          }
          event = connection.pollEvent();
        }
        wakeAt(connection.nextTimeout());
      }

      private void wakeAt(long deadlineNs) {
        if (deadlineNs == Nanos.NEVER || (wakeNs != Nanos.NEVER && wakeNs - deadlineNs <= 0)) {
          return;
        }
        wakeNs = deadlineNs;
        after(
            Math.max(0, deadlineNs - nowNs),
            ns -> {
              if (wakeNs == deadlineNs) {
                wakeNs = Nanos.NEVER;
                round();
              }
            });
      }
    }

    private void sendForward(byte[] datagram) {
      carry(
          datagram.length,
          ns -> {
            arrivedPackets++;
            arrive(server, clientAddress, datagram);
          });
    }

    private void sendBack(byte[] datagram) {
      carryBack(datagram.length, ns -> arrive(client, serverAddress, datagram));
    }
  }

  /** A file of zeros. */
  private final class Source implements SourceFile {
    private final byte[] zeros = new byte[DATAGRAM_BYTES];
    private final Flow flow;

    Source(Flow flow) {
      this.flow = flow;
    }

    @Override
    public FileAttributes attributes() {
      return new FileAttributes(flow.sizeBytes, 1, 0);
    }

    @Override
    public long sizeBytes() {
      return flow.sizeBytes;
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
      dst.put(zeros, 0, dst.remaining());
    }

    @Override
    public void useBlockSums() {}

    @Override
    public void digest(DigestListener listener) {
      after(
          0,
          ns -> {
            listener.digested(ContentCheck.bySha256(new byte[32]), ns);
            flow.client.round();
          });
    }

    @Override
    public void release() {}
  }

  /** Keeps nothing of what is written. */
  private final class Disk implements PartialFileStore, PartialFile {
    private final Flow flow;

    Disk(Flow flow) {
      this.flow = flow;
    }

    @Override
    public void receive(ReceiveRequest file, Listener listener) {
      after(
          0,
          ns -> {
            listener.opened(this, ns);
            flow.server.round();
          });
    }

    @Override
    public List<ByteRange> present() {
      return List.of();
    }

    @Override
    public void write(long offset, ByteBuffer src) {
      src.position(src.limit());
    }

    @Override
    public long backlogBytes() {
      return 0;
    }

    @Override
    public void publish(ContentCheck expected, PublicationListener listener) {
      after(
          0,
          ns -> {
            listener.published(expected.sha256Hex(), ns);
            flow.server.round();
          });
    }

    @Override
    public void keep() {
      throw new IllegalStateException("it was to be published");
    }

    @Override
    public void discard() {
      throw new IllegalStateException("it was to be published");
    }
  }
}

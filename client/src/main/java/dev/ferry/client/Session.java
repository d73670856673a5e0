package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.HostPort;
import dev.ferry.client.ClientArguments.Transport;
import dev.ferry.clock.NanoClock;
import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.lab.Udp;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.transport.EngineListener;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.TcpTransport;
import dev.ferry.transport.UdpTransport;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One errand at the addresses of one server, each from a fresh port. */
final class Session {
  private static final int CONNECT_MS = 5000;

  private static final ClientEvent SILENCE =
      new ClientEvent.Failed(new TransferFailure.NoAnswer(), new TransferStats(0, 0, 0, 0, -1));

  /** How long an interrupted client tries to tell the server. */
  private static final long PARTING_MS = 300;

  private final HostPort server;
  private final Errand errand;
  private final Ways ways;
  private final ClientReport report;
  private final CountDownLatch loopEnded = new CountDownLatch(1);
  private @Nullable IOException lastError;
  private volatile @Nullable Course course;

  /**
   * How the server may be reached.
   *
   * @param datagramBytes the largest datagram to send over UDP and IPv4
   * @param framing how packets are told apart over TCP
   * @param network what the engine runs behind over UDP
   */
  record Ways(
      Transport transport,
      int datagramBytes,
      StreamFraming framing,
      UnaryOperator<Engine<ClientEvent>> network) {}

  /** Prepares it. */
  Session(HostPort server, Errand errand, Ways ways, ClientReport report) {
    this.server = server;
    this.errand = errand;
    this.ways = ways;
    this.report = report;
  }

  /** The operating system's last complaint, to be shown when nothing gets through. */
  Optional<IOException> lastError() {
    return Optional.ofNullable(lastError);
  }

  /** Whether the same command, given again, would go on where this one stopped. */
  boolean isResumable() {
    Course current = course;
    return current != null && current.resumable;
  }

  /** Whether it has ended by itself. */
  boolean isOver() {
    return loopEnded.getCount() == 0;
  }

  /**
   * Tries the ways that the user allows, at the server's addresses in turn, until one answers.
   *
   * @return {@link ClientEvent.Completed} or {@link ClientEvent.Failed}
   * @throws IOException if there is no socket to be had
   */
  ClientEvent run(InetAddress[] addresses) throws CommandException, IOException {
    try {
      return switch (ways.transport()) {
        case UDP -> overUdp(addresses, true);
        case TCP -> overTcp(addresses);
        case AUTO -> overEither(addresses);
      };
    } finally {
      loopEnded.countDown();
    }
  }

  /** What does not answer soon over UDP is given all the time there is if TCP does not work. */
  private ClientEvent overEither(InetAddress[] addresses) throws CommandException, IOException {
    ClientEvent udp = overUdp(addresses, false);
    if (!neverAnswered(udp)) {
      return udp;
    }
    Optional<IOException> udpError = lastError();
    ClientEvent tcp = overTcp(addresses);
    if (!neverAnswered(tcp)) {
      return tcp;
    }
    lastError = udpError.orElse(null);
    return isSilence(udp) ? overUdp(addresses, true) : udp;
  }

  private ClientEvent overUdp(InetAddress[] addresses, boolean patient)
      throws CommandException, IOException {
    return atFirst(
        addresses,
        (address, last) -> {
          int largest = Udp.payloadBytesTo(address, ways.datagramBytes());
          return overUdp(new Attempt(at(address), largest, patient && last, false));
        });
  }

  private ClientEvent overTcp(InetAddress[] addresses) throws CommandException, IOException {
    return atFirst(
        addresses,
        (address, last) ->
            overTcp(new Attempt(at(address), HandshakeCodec.STREAM_PACKET_BYTES, last, true)));
  }

  /** What is done at one address. */
  @FunctionalInterface
  private interface Visit {
    ClientEvent at(InetAddress address, boolean last) throws CommandException, IOException;
  }

  /** Stops at the first address that answers. */
  private static ClientEvent atFirst(InetAddress[] addresses, Visit visit)
      throws CommandException, IOException {
    ClientEvent end = SILENCE;
    for (int i = 0; i < addresses.length && neverAnswered(end); i++) {
      end = visit.at(addresses[i], i == addresses.length - 1);
    }
    return end;
  }

  private InetSocketAddress at(InetAddress address) throws IOException {
    return new InetSocketAddress(destination(address), server.port());
  }

  private ClientEvent overUdp(Attempt attempt) throws CommandException, IOException {
    try (DatagramChannel channel = DatagramChannel.open();
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      try {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, Udp.SOCKET_BUFFER_BYTES);
        channel.connect(attempt.server());
      } catch (SocketException e) {
        // No route to it, or a link-local address without a scope: as good as silence.
        lastError = e;
        return SILENCE;
      }
      Course started = begin(attempt, loop);
      Engine<ClientEvent> driven = ways.network().apply(started.engine);
      started.lingers = driven != started.engine; // An impaired last word may come late.
      UdpTransport<ClientEvent> port = new UdpTransport<>(channel, driven, started);
      loop.add(port);
      loop.run();
      lastError = port.lastError().orElse(null);
      return started.end();
    }
  }

  private ClientEvent overTcp(Attempt attempt) throws CommandException, IOException {
    try (SocketChannel channel = SocketChannel.open();
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      try {
        channel.socket().connect(attempt.server(), CONNECT_MS);
      } catch (IOException e) {
        lastError = e;
        return SILENCE;
      }
      lastError = null;
      if (ways.transport() == Transport.AUTO) {
        report.goesOnOverTcp(server);
      }
      Course started = begin(attempt, loop);
      // The peer must have read why, lest what it sent meanwhile break the stream.
      started.lingers = true;
      loop.add(TcpTransport.ofClient(channel, ways.framing(), started.engine, started));
      loop.run();
      return started.end();
    }
  }

  private Course begin(Attempt attempt, EventLoop loop) throws CommandException, IOException {
    Course started = new Course(errand.begin(attempt, loop, NanoClock.SYSTEM.nanoTime()), loop);
    course = started;
    return started;
  }

  /** Tells the server that the user has had enough; called from another thread. */
  void interrupt() {
    Course current = course;
    if (current == null || loopEnded.getCount() == 0) {
      return;
    }
    current.loop.execute(current.engine::stop);
    try {
      if (!loopEnded.await(PARTING_MS, TimeUnit.MILLISECONDS)) {
        return; // It would be a courtesy only.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The unspecified address stands for this machine, which answers from another one. */
  static InetAddress destination(InetAddress address) throws IOException {
    if (!address.isAnyLocalAddress()) {
      return address;
    }
    return InetAddress.getByName(address instanceof Inet6Address ? "::1" : "127.0.0.1");
  }

  private static boolean isSilence(ClientEvent end) {
    return end instanceof ClientEvent.Failed failed
        && failed.failure() instanceof TransferFailure.NoAnswer;
  }

  /** Whether another address, or another way, is worth a try. */
  private static boolean neverAnswered(ClientEvent end) {
    return isSilence(end)
        || (end instanceof ClientEvent.Failed failed
            && (failed.failure() instanceof TransferFailure.NothingListens nothing
                && !nothing.answeredBefore()));
  }

  private final class Course implements EngineListener<ClientEvent> {
    private final ClientEngine engine;
    private final EventLoop loop;

    /** Whether what the engine says last needs more time than to be said. */
    private boolean lingers;

    private volatile boolean resumable;
    private @Nullable ClientEvent end;
    private long endNs;

    Course(ClientEngine engine, EventLoop loop) {
      this.engine = engine;
      this.loop = loop;
    }

    ClientEvent end() {
      if (end == null) {
        throw new IllegalStateException("the loop ended before the transfer");
      }
      return end;
    }

    @Override
    public void onEvent(ClientEvent event, long nowNs) {
      if (event instanceof ClientEvent.Connected connected) {
        resumable = connected.mode() == ClientEvent.Mode.FERRY;
        report.connected(server, connected);
      } else {
        end = event;
        endNs = nowNs;
      }
    }

    @Override
    public void beforeWait(long nowNs) {
      report.progress(engine.doneBytes(), nowNs);
      if (end != null && (lingers ? engine.isEnded() : engine.mayLeave(nowNs - endNs))) {
        loop.stop();
      }
    }
  }
}

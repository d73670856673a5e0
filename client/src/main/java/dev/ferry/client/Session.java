package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.HostPort;
import dev.ferry.engine.Engine;
import dev.ferry.engine.TransferFailure;
import dev.ferry.engine.TransferStats;
import dev.ferry.engine.client.ClientEngine;
import dev.ferry.engine.client.ClientEvent;
import dev.ferry.link.DatagramPort;
import dev.ferry.link.EngineListener;
import dev.ferry.link.EventLoop;
import dev.ferry.time.NanoClock;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One errand at the addresses of one server, each from a fresh port. */
final class Session {
  /** An IPv6 header is 20 bytes longer than one of IPv4. */
  private static final int IPV6_EXTRA_BYTES = 20;

  /** More than enough for a burst at full speed between two looks at the socket. */
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  /** How long an interrupted client tries to tell the server. */
  private static final long PARTING_MS = 300;

  private final HostPort server;
  private final Errand errand;
  private final int datagramBytes;
  private final UnaryOperator<Engine<ClientEvent>> network;
  private final ClientReport report;
  private final CountDownLatch loopEnded = new CountDownLatch(1);
  private @Nullable IOException lastError;
  private volatile @Nullable Course course;

  /**
   * Prepares it.
   *
   * @param network what the engine runs behind
   */
  Session(
      HostPort server,
      Errand errand,
      int datagramBytes,
      UnaryOperator<Engine<ClientEvent>> network,
      ClientReport report) {
    this.server = server;
    this.errand = errand;
    this.datagramBytes = datagramBytes;
    this.network = network;
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
   * Tries the server's addresses in turn, until one answers.
   *
   * @return {@link ClientEvent.Completed} or {@link ClientEvent.Failed}
   * @throws IOException if there is no socket to be had
   */
  ClientEvent run(InetAddress[] addresses) throws CommandException, IOException {
    ClientEvent end = null;
    try {
      for (int i = 0; i < addresses.length; i++) {
        end = run(addresses[i], i == addresses.length - 1);
        if (!neverAnswered(end)) {
          break;
        }
      }
    } finally {
      loopEnded.countDown();
    }
    if (end == null) {
      throw new IllegalStateException("a name resolves to one address at least");
    }
    return end;
  }

  private ClientEvent run(InetAddress address, boolean last) throws CommandException, IOException {
    InetSocketAddress peer = new InetSocketAddress(destination(address), server.port());
    int largest =
        address instanceof Inet6Address ? datagramBytes - IPV6_EXTRA_BYTES : datagramBytes;
    try (DatagramChannel channel = DatagramChannel.open();
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      try {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        channel.connect(peer);
      } catch (SocketException e) {
        // No route to it, or a link-local address without a scope: as good as silence.
        lastError = e;
        return new ClientEvent.Failed(
            new TransferFailure.NoAnswer(), new TransferStats(0, 0, 0, 0, -1));
      }
      ClientEngine engine = errand.begin(peer, largest, last, loop, NanoClock.SYSTEM.nanoTime());
      Course started = new Course(engine, loop);
      course = started;
      DatagramPort<ClientEvent> port = new DatagramPort<>(channel, network.apply(engine), started);
      loop.add(port);
      loop.run();
      lastError = port.lastError().orElse(null);
      if (started.end == null) {
        throw new IllegalStateException("the loop ended before the transfer");
      }
      return started.end;
    }
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

  /** Whether another address of the same server is worth a try. */
  private static boolean neverAnswered(ClientEvent end) {
    return end instanceof ClientEvent.Failed failed
        && (failed.failure() instanceof TransferFailure.NoAnswer
            || (failed.failure() instanceof TransferFailure.NothingListens nothing
                && !nothing.answeredBefore()));
  }

  private final class Course implements EngineListener<ClientEvent> {
    private final ClientEngine engine;
    private final EventLoop loop;
    private volatile boolean resumable;
    private @Nullable ClientEvent end;

    Course(ClientEngine engine, EventLoop loop) {
      this.engine = engine;
      this.loop = loop;
    }

    @Override
    public void onEvent(ClientEvent event, long nowNs) {
      if (event instanceof ClientEvent.Connected connected) {
        resumable = connected.mode() == ClientEvent.Mode.FERRY;
        report.connected(server, connected);
      } else {
        end = event;
      }
    }

    @Override
    public void beforeWait(long nowNs) {
      report.progress(engine.doneBytes(), nowNs);
      if (end instanceof ClientEvent.Failed || (end != null && engine.isEnded())) {
        loop.stop();
      }
    }
  }
}

package dev.ferry.client;

import dev.ferry.cli.HostPort;
import dev.ferry.engine.ContentSource;
import dev.ferry.engine.Engine;
import dev.ferry.engine.TransferFailure;
import dev.ferry.engine.TransferStats;
import dev.ferry.engine.stopwait.RetransmissionPolicy;
import dev.ferry.engine.stopwait.SenderEvent;
import dev.ferry.engine.stopwait.StopAndWaitSender;
import dev.ferry.link.EventLoop;
import dev.ferry.time.NanoClock;
import dev.ferry.wire.LabMessage.Start;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One transfer to one address of the server, from a fresh port. */
final class Upload {
  /** An IPv6 header is 20 bytes longer than one of IPv4. */
  private static final int IPV6_EXTRA_BYTES = 20;

  private final HostPort server;
  private final Start start;
  private final ContentSource source;
  private final int datagramBytes;
  private final UnaryOperator<Engine<SenderEvent>> network;
  private final ClientReport report;
  private @Nullable IOException lastError;

  /**
   * Prepares it.
   *
   * @param network what the engine runs behind
   */
  Upload(
      HostPort server,
      Start start,
      ContentSource source,
      int datagramBytes,
      UnaryOperator<Engine<SenderEvent>> network,
      ClientReport report) {
    this.network = network;
    this.server = server;
    this.start = start;
    this.source = source;
    this.datagramBytes = datagramBytes;
    this.report = report;
  }

  /** The operating system's last complaint, to be shown when nothing gets through. */
  Optional<IOException> lastError() {
    return Optional.ofNullable(lastError);
  }

  /**
   * Runs it.
   *
   * @return {@link SenderEvent.Completed} or {@link SenderEvent.Failed}
   * @throws IOException if there is no socket to be had
   */
  SenderEvent run(InetAddress address, RetransmissionPolicy startPolicy) throws IOException {
    InetSocketAddress peer = new InetSocketAddress(destination(address), server.port());
    int largest =
        address instanceof Inet6Address ? datagramBytes - IPV6_EXTRA_BYTES : datagramBytes;
    StopAndWaitSender sender = new StopAndWaitSender(peer, start, source, largest, startPolicy);
    try (DatagramSocket socket = new DatagramSocket()) {
      try {
        socket.connect(peer);
      } catch (SocketException e) {
        // No route to it, or a link-local address without a scope: as good as silence.
        lastError = e;
        return new SenderEvent.Failed(
            new TransferFailure.NoAnswer(), new TransferStats(0, 0, 0, 0, -1));
      }
      EventLoop loop = EventLoop.overConnected(socket, NanoClock.SYSTEM);
      Course course = new Course(sender, loop);
      loop.run(network.apply(sender), course);
      lastError = loop.lastError();
      if (course.end == null) {
        throw new IllegalStateException("the loop ended before the transfer");
      }
      return course.end;
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
  static boolean neverAnswered(SenderEvent end) {
    return end instanceof SenderEvent.Failed failed
        && (failed.failure() instanceof TransferFailure.NoAnswer
            || (failed.failure() instanceof TransferFailure.NothingListens nothing
                && !nothing.answeredBefore()));
  }

  private final class Course implements EventLoop.Listener<SenderEvent> {
    private final StopAndWaitSender sender;
    private final EventLoop loop;
    private @Nullable SenderEvent end;

    Course(StopAndWaitSender sender, EventLoop loop) {
      this.sender = sender;
      this.loop = loop;
    }

    @Override
    public void onEvent(SenderEvent event, long nowNs) {
      if (event instanceof SenderEvent.Connected connected) {
        report.connected(server, connected);
      } else if (event instanceof SenderEvent.Completed || event instanceof SenderEvent.Failed) {
        end = event;
        loop.stop();
      }
    }

    @Override
    public void beforeWait(long nowNs) {
      report.progress(sender.acknowledgedBytes(), nowNs);
    }
  }
}

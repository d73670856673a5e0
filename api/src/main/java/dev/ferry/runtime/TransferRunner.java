package dev.ferry.runtime;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.connection.HostFacts;
import dev.ferry.storage.KnownServers;
import dev.ferry.storage.PathCache;
import dev.ferry.storage.UserDirectory;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.UdpOffload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs one transfer with the first endpoint of the server that answers ({@link EndpointSearch}),
 * and by further connections if that one breaks off ({@link Continuation}).
 */
public final class TransferRunner {
  private static final ClientEvent LOST_CONTACT =
      new ClientEvent.Failed(new TransferFailure.LostContact(), TransferStats.NOTHING);

  private final ClientTransfer transfer;
  private final TransportOptions options;
  private final TransferListener listener;
  private final Observation observation;
  private final UdpOffload offload;
  private final ClientMemory memory = new ClientMemory();
  private final StopSignal signal = new StopSignal();
  private @Nullable ConnectionRunner connections;

  /** Creates a runner of a transfer that nobody observes. */
  public TransferRunner(
      ClientTransfer transfer, TransportOptions options, TransferListener listener) {
    this(transfer, options, listener, Observation.NONE);
  }

  /**
   * Creates a runner; {@link #run} starts the transfer.
   *
   * @param listener is called on the thread of {@link #run}
   */
  public TransferRunner(
      ClientTransfer transfer,
      TransportOptions options,
      TransferListener listener,
      Observation observation) {
    this.observation = observation;
    this.transfer = transfer;
    this.options = options;
    this.offload = UdpOffload.of(options.offload());
    this.listener = listener;
  }

  /** Uses and adds to what this user's programs remember of paths over UDP; before {@link #run}. */
  public void rememberPaths() {
    UserDirectory.cache().ifPresent(directory -> rememberPaths(PathCache.in(directory)));
  }

  void rememberPaths(PathCache paths) {
    memory.rememberPaths(paths);
  }

  /**
   * Uses another memory of Ferry servers than this user's.
   *
   * @param loopbackToo whether servers on this machine count, between which and here nobody is
   */
  void rememberServers(KnownServers known, boolean loopbackToo) {
    memory.rememberServers(known, loopbackToo);
  }

  /**
   * The files that say that the last server has spoken Ferry mode before; without them it may be
   * any.
   */
  public List<Path> recordsOfServer() {
    InetSocketAddress server = connections == null ? null : connections.lastServer();
    return server == null ? List.of() : memory.recordsOf(server);
  }

  /** Why the server could not be remembered as one that speaks Ferry mode; empty if it was. */
  public Optional<IOException> knowledgeTrouble() {
    return memory.knowledgeTrouble();
  }

  /** Why nothing could be remembered; empty if that was not tried, or worked. */
  public Optional<IOException> memoryTrouble() {
    return memory.pathTrouble();
  }

  /** The last error of the operating system, shown if the server does not answer. */
  public Optional<IOException> lastError() {
    return connections == null ? Optional.empty() : connections.lastError();
  }

  /** What the machine had to do with the speed of the transfer that has completed. */
  public HostFacts host() {
    RunListener run = signal.current();
    return run == null ? HostFacts.UNKNOWN : run.host();
  }

  /**
   * Whether datagrams of the transfer that has completed may have been cut on the way, because the
   * socket did not forbid it at its end.
   */
  public boolean mayBeCut() {
    return connections != null && connections.mayBeCut();
  }

  /**
   * Why each datagram was a system call of its own, although that was not wanted; empty if it was
   * not, or the transfer was too short to tell.
   */
  public Optional<String> offloadTrouble() {
    return offload.trouble();
  }

  /** Whether the same transfer, begun again, would be resumed. Thread-safe. */
  public boolean isResumable() {
    RunListener run = signal.current();
    return run != null && run.isResumable();
  }

  /**
   * Stops the transfer, and tells the server; {@link #run} returns soon afterwards. Thread-safe.
   *
   * @return whether an attempt is under way
   */
  public boolean stop() {
    return signal.stop();
  }

  /**
   * Ends {@link #run} at once, without a wait for the server. The part file is kept, as after
   * {@link #stop}. Thread-safe.
   */
  public void giveUp() {
    signal.giveUp();
  }

  /**
   * Tries the transports that the user allows, at the server's addresses in turn, until one
   * answers. If the connection breaks off then, others resume the transfer ({@link Continuation}).
   *
   * @return {@link ClientEvent.Completed} or {@link ClientEvent.Failed}
   * @throws UnsendableException if the file cannot be sent
   * @throws dev.ferry.protocol.StorageException if the file cannot be stored here
   * @throws IOException if no socket can be opened
   */
  public ClientEvent run(List<InetSocketAddress> addresses) throws IOException {
    try (EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      Continuation continuation = new Continuation(loop.nanoTime());
      ConnectionRunner runner =
          new ConnectionRunner(
              transfer,
              options,
              listener,
              observation,
              offload,
              memory,
              signal,
              loop,
              continuation);
      connections = runner;
      try {
        return run(addresses, loop, runner, continuation);
      } finally {
        TcpDialer.closeQuietly(runner.takeSwitch());
      }
    }
  }

  private ClientEvent run(
      List<InetSocketAddress> addresses,
      EventLoop loop,
      ConnectionRunner runner,
      Continuation continuation)
      throws IOException {
    EndpointSearch search = new EndpointSearch(runner, options, continuation);
    ClientEvent end = search.run(addresses);
    while (true) {
      SocketChannel switched = runner.takeSwitch();
      if (switched != null) {
        end = afterAgreement(LOST_CONTACT, runner.overTcp(switched));
      } else if (continuation.goesOn(end, loop.nanoTime()) && pause(continuation)) {
        InetSocketAddress last = runner.lastServer();
        // A transfer that a server has agreed to goes on there.
        boolean stays = continuation.isAgreed() && last != null;
        end = afterAgreement(end, search.run(stays ? List.of(last) : addresses));
      } else {
        return runner.isDoubtful() ? inDoubt(end) : end;
      }
    }
  }

  private static ClientEvent inDoubt(ClientEvent end) {
    return end instanceof ClientEvent.Failed failed
        ? new ClientEvent.Failed(failed.failure().inDoubt(), failed.stats())
        : end;
  }

  /** If nobody answers any more, what ended the connection before says more. */
  private static ClientEvent afterAgreement(ClientEvent before, ClientEvent end) {
    return EndpointSearch.neverAnswered(end) ? before : end;
  }

  /** Waits before the next attempt; returns false if the transfer has been stopped. */
  private boolean pause(Continuation continuation) {
    if (continuation.isTold()) {
      listener.busy();
    }
    return signal.pause(continuation.pauseNs());
  }
}

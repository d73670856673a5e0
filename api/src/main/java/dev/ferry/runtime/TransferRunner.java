package dev.ferry.runtime;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.connection.HostFacts;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.storage.KnownServers;
import dev.ferry.storage.PathCache;
import dev.ferry.storage.UserDirectory;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.UdpOffload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs one transfer with the first endpoint of the server that answers ({@link EndpointSearch}),
 * and by further connections if that one breaks off ({@link Continuation}).
 */
public final class TransferRunner {
  /** For how long a transfer is gone on with after its last progress, unless said otherwise. */
  public static final long KEEP_TRYING_NS = 600 * Nanos.SECOND;

  /** How often it is looked, in a pause, whether there is a reason to end it. */
  private static final long TICK_NS = Nanos.SECOND;

  private final ClientTransfer transfer;
  private final TransportOptions options;
  private final TransferListener listener;
  private final Observation observation;
  private final UdpOffload offload;
  private final ClientMemory memory = new ClientMemory();
  private final StopSignal signal = new StopSignal();
  private long keepTryingNs = KEEP_TRYING_NS;
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

  /**
   * Says for how long a transfer that a server has agreed to is gone on with by further
   * connections, after its last progress; {@link #KEEP_TRYING_NS} if not said. Before {@link #run}.
   *
   * @param newKeepTryingNs in nanoseconds; 0 for never, {@link Long#MAX_VALUE} for ever
   */
  public void keepTrying(long newKeepTryingNs) {
    keepTryingNs = newKeepTryingNs;
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

  /** The same as {@link #run(List, Resolver)} for addresses that do not change. */
  public ClientEvent run(List<InetSocketAddress> addresses) throws IOException {
    return run(addresses, () -> addresses);
  }

  /**
   * Tries the transports that the user allows, at the server's addresses in turn, until one
   * answers. If the connection breaks off then, others resume the transfer ({@link Continuation}).
   *
   * @param addresses where the server's name leads, at least one
   * @param resolver is asked again before each further connection
   * @return {@link ClientEvent.Completed} or {@link ClientEvent.Failed}
   * @throws UnsendableException if the file cannot be sent
   * @throws dev.ferry.protocol.StorageException if the file cannot be stored here
   * @throws IOException if no socket can be opened
   */
  public ClientEvent run(List<InetSocketAddress> addresses, Resolver resolver) throws IOException {
    try (EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      ServerLookup lookup = new ServerLookup(addresses, resolver);
      Continuation continuation =
          new Continuation(keepTryingNs, loop.nanoTime()).onlyIf(transfer::mayGoOn);
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
              continuation,
              lookup);
      connections = runner;
      try {
        RetryLoop retries =
            new RetryLoop(
                new EndpointSearch(runner, options, continuation),
                lookup,
                continuation,
                loop::nanoTime,
                pauseNs -> pause(pauseNs, loop, runner),
                listener);
        ClientEvent end = retries.run();
        return runner.isDoubtful() ? inDoubt(end) : end;
      } finally {
        runner.close();
      }
    }
  }

  private static ClientEvent inDoubt(ClientEvent end) {
    return end instanceof ClientEvent.Failed failed
        ? new ClientEvent.Failed(failed.failure().inDoubt(), failed.stats())
        : end;
  }

  /**
   * Waits before the next attempt, or until this machine has another address: then there may be a
   * way again. Returns false if the transfer has been stopped.
   */
  private boolean pause(long pauseNs, EventLoop loop, ConnectionRunner runner) {
    InetSocketAddress server = runner.lastServer();
    Optional<InetAddress> local = server == null ? Optional.empty() : SourceAddress.to(server);
    long untilNs = Nanos.after(loop.nanoTime(), pauseNs);
    while (true) {
      long nowNs = loop.nanoTime();
      listener.progress(runner.doneBytes(), nowNs);
      long waitNs = Math.min(untilNs - nowNs, TICK_NS);
      if (waitNs <= 0) {
        return true;
      }
      if (!signal.pause(waitNs)) {
        return false;
      }
      loop.waited(waitNs, nowNs);
      if (server != null && !SourceAddress.to(server).equals(local)) {
        return true;
      }
    }
  }
}

package dev.ferry.runtime;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.server.ServerEngine;
import dev.ferry.protocol.server.ServerEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.runtime.ServerOptions.Service;
import dev.ferry.storage.CodeDirectory;
import dev.ferry.storage.DiskLabStore;
import dev.ferry.storage.DiskRemovals;
import dev.ferry.storage.DiskSourceStore;
import dev.ferry.storage.FairWorkers;
import dev.ferry.storage.HookOptions;
import dev.ferry.storage.HookRunner;
import dev.ferry.transport.DontFragment;
import dev.ferry.transport.EngineListener;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.InterfaceMtu;
import dev.ferry.transport.LocalSockets;
import dev.ferry.transport.ServerUdp;
import dev.ferry.transport.TcpListener;
import dev.ferry.transport.UdpOffload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server with its sockets, its event loop and its disk workers. {@link #run} occupies the calling
 * thread; {@link #stop} and {@link #awaitDiskWork} may be called from any other.
 */
public final class ServerRunner implements AutoCloseable {
  /** How long a server waits at its end for publications, and then for the disk. */
  public static final long STOP_TIMEOUT_SECONDS = 30;

  /**
   * The number of disk workers. They wait for the disk, so the number of processors does not
   * matter.
   */
  private static final int DISK_WORKERS = 4;

  /** A server that lives long looks for leftovers that often; more often if it keeps little. */
  private static final long TIDY_NS = 600 * Nanos.SECOND;

  private static final long LEAST_TIDY_NS = Nanos.SECOND;

  /** How many connections are sampled at a time. */
  private static final int MAX_SAMPLES = 100;

  private final ServerOptions options;
  private final Path root;
  private final Sockets sockets;
  private final EventLoop loop;
  private final ExecutorService diskWorkers;
  private final FairWorkers inTurn;
  private final ExecutorService labWorker = Executors.newSingleThreadExecutor();

  /** Reads the files that are only verified: whoever has many of them read holds up no transfer. */
  private final ExecutorService verifyWorker = Executors.newSingleThreadExecutor();

  /** Counts what the root holds. */
  private final ExecutorService backgroundWorker = Executors.newSingleThreadExecutor();

  private final @Nullable HookRunner hook;
  private volatile @Nullable ServerListener told;
  private final DiskLabStore store;
  private final ServerEngine engine;
  private final UdpOffload offload;
  private boolean toldOffload;

  /** Guards {@link #running} and {@link #closed}. */
  private final Object lock = new Object();

  private boolean running;
  private boolean closed;

  private ServerRunner(
      ServerOptions options, Sockets sockets, EventLoop loop, ExecutorService diskWorkers)
      throws IOException {
    this.options = options;
    this.sockets = sockets;
    this.loop = loop;
    this.diskWorkers = diskWorkers;
    this.inTurn = new FairWorkers(diskWorkers);
    this.hook = newHook();
    this.store = openStore();
    NoStore none = new NoStore(loop);
    boolean takes = options.offers(Service.PUT);
    this.engine =
        new ServerEngine(
            takes ? store : none,
            takes ? store.parts() : none,
            options.offers(Service.GET) ? openSources() : null,
            options.labMode(),
            options
                .ferryMode()
                .withReceiveBuffer(sockets.receiveBufferBytes())
                .withDatagramLimits(InterfaceMtu.ofServer()),
            options.limits().limits(),
            options.servesLab());
    if (options.removes()) {
      engine.removeBy(
          new DiskRemovals(options.root(), options.access(), diskWorkers, loop).countedBy(store));
    }
    this.offload = options.newOffload();
    this.root = options.root().toRealPath();
    if (options.watchesIgnored()) {
      engine.watchIgnored();
    }
  }

  /**
   * Binds the sockets and opens the root. Clients are answered once {@link #run} is called.
   *
   * @throws ListenException if it cannot listen at the address
   * @throws UnusableRootException if the root cannot be used
   * @throws IOException if the operating system refuses another resource
   */
  public static ServerRunner open(ServerOptions options) throws IOException {
    Sockets sockets = Sockets.bind(options.address(), options.offers(Service.TCP));
    try {
      return open(options, sockets);
    } catch (IOException | RuntimeException e) {
      sockets.close();
      throw e;
    }
  }

  private static ServerRunner open(ServerOptions options, Sockets sockets) throws IOException {
    EventLoop loop = EventLoop.open(NanoClock.SYSTEM);
    ExecutorService diskWorkers = Executors.newFixedThreadPool(DISK_WORKERS);
    try {
      return new ServerRunner(options, sockets, loop, diskWorkers);
    } catch (IOException | RuntimeException e) {
      diskWorkers.shutdown();
      loop.close();
      throw e;
    }
  }

  private DiskSourceStore openSources() {
    DiskSourceStore sources =
        new DiskSourceStore(options.root(), options.access(), inTurn, loop)
            .verifyingOn(new FairWorkers(verifyWorker));
    return options.servesLists() ? sources.withLists() : sources;
  }

  private @Nullable HookRunner newHook() {
    HookOptions wanted = options.hook();
    return wanted == null
        ? null
        : new HookRunner(
            wanted, options.root().toAbsolutePath(), this::tellHookEnded, NanoClock.SYSTEM);
  }

  private void tellHookEnded(String name, String outcome, String output) {
    loop.execute(
        nowNs -> {
          ServerListener listener = told;
          if (listener != null) {
            listener.hookEnded(name, outcome, output);
          }
        });
  }

  private DiskLabStore openStore() throws UnusableRootException {
    DiskLabStore.Workers workers = new DiskLabStore.Workers(labWorker, inTurn, backgroundWorker);
    try {
      return DiskLabStore.open(options.root(), options.store().withHook(hook), workers, loop);
    } catch (IOException e) {
      labWorker.shutdown();
      verifyWorker.shutdown();
      backgroundWorker.shutdown();
      throw new UnusableRootException(e);
    }
  }

  /** The address that it listens on, with the chosen port. */
  public InetSocketAddress address() throws IOException {
    return sockets.address();
  }

  /** Whether everybody is served who reaches it, and others than this machine's users can. */
  public boolean servesStrangers() throws IOException {
    return options.servesStrangers() && !sockets.address().getAddress().isLoopbackAddress();
  }

  /** The real path of the root. */
  public Path root() {
    return root;
  }

  /**
   * Serves until {@link #stop}. To be called once.
   *
   * @throws IOException if a socket fails
   */
  public void run(ServerListener listener) throws IOException {
    told = listener;
    synchronized (lock) {
      running = !closed;
    }
    try {
      drive(listener);
    } finally {
      leave();
    }
  }

  /** Closes the sockets if that is wanted by now. */
  private void leave() throws IOException {
    boolean closes;
    synchronized (lock) {
      closes = running && closed;
      running = false;
    }
    if (closes) {
      sockets.close();
    }
  }

  private void drive(ServerListener listener) throws IOException {
    EngineListener<ServerEvent> told = untilStopped(listener);
    ServerUdp.add(
        sockets.datagrams(),
        loop,
        offload,
        sampled(tidying(options.network().apply(engine))),
        told);
    ServerSocketChannel streams = sockets.streams().orElse(null);
    if (streams != null) {
      loop.add(new TcpListener<>(streams, loop, engine.streams()::open, told, options.memory()));
    }
    RateWatch watch =
        RateWatch.start(
            options.maxRate(), rate -> loop.execute(nowNs -> engine.setMaxRate(rate, nowNs)));
    WarmUp.start();
    LocalSockets datagrams = sockets.datagrams();
    DontFragment.prepare(
        datagrams.main(),
        CodeDirectory::find,
        () -> loop.execute(nowNs -> datagrams.forbidFragments()));
    // Wakes the loop up, so that it tells what there is to tell.
    offload.prepare(CodeDirectory::find, () -> loop.execute(nowNs -> {}));
    try {
      loop.run();
    } finally {
      watch.close();
    }
  }

  /** The root was tidied up when it was opened; again and again from then on. */
  private Engine<ServerEvent> tidying(Engine<ServerEvent> driven) {
    long intervalNs = tidyIntervalNs(options.store().maxPartAgeNs());
    return new SampledEngine<>(
        driven,
        intervalNs,
        nowNs -> store.tidy(),
        event -> false,
        Nanos.after(loop.nanoTime(), intervalNs));
  }

  static long tidyIntervalNs(long maxPartAgeNs) {
    return Math.max(LEAST_TIDY_NS, Math.min(maxPartAgeNs / 4, TIDY_NS));
  }

  /** What is driven, and looked at if somebody wants to know. */
  private Engine<ServerEvent> sampled(Engine<ServerEvent> driven) {
    ServerOptions.Sampling sampling = options.sampling();
    return sampling == null
        ? driven
        : new SampledEngine<>(
            driven,
            sampling.intervalNs(),
            nowNs -> {
              engine.sample(MAX_SAMPLES, nowNs, sampling.samples());
              sampling.loads().accept(engine.load());
            },
            event -> false,
            loop.nanoTime());
  }

  private EngineListener<ServerEvent> untilStopped(ServerListener listener) {
    return new EngineListener<>() {
      @Override
      public void onEvent(ServerEvent event, long nowNs) {
        listener.onEvent(event, nowNs);
      }

      @Override
      public void beforeWait(long nowNs) {
        if (engine.isStopped()) {
          loop.stop();
        }
        if (!toldOffload) {
          tellOffload(listener);
        }
      }
    };
  }

  private void tellOffload(ServerListener listener) {
    offload
        .trouble()
        .ifPresent(
            reason -> {
              toldOffload = true;
              listener.offloadMissing(reason);
            });
  }

  /**
   * Stops the server, and {@link #run} returns soon afterwards: complete files are still published,
   * incomplete ones are kept so that clients can resume. Thread-safe.
   */
  public void stop() {
    store.stop();
    if (hook != null) {
      hook.stop();
    }
    loop.execute(engine::stop);
  }

  /**
   * Waits for the disk after {@link #run}. Thread-safe.
   *
   * @return whether the disk was done within {@link #STOP_TIMEOUT_SECONDS}
   */
  public boolean awaitDiskWork() throws InterruptedException {
    diskWorkers.shutdown();
    labWorker.shutdown();
    verifyWorker.shutdown();
    backgroundWorker.shutdown();
    return diskWorkers.awaitTermination(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        && labWorker.awaitTermination(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Closes the sockets and the loop, without a wait for the disk. If {@link #run} is still under
   * way it closes the sockets, at once: it knows them by their descriptors, which may be those of
   * other files as soon as they are closed.
   */
  @Override
  public void close() throws IOException {
    store.stop();
    if (hook != null) {
      hook.close();
    }
    backgroundWorker.shutdown();
    diskWorkers.shutdown();
    labWorker.shutdown();
    verifyWorker.shutdown();
    loop.close();
    boolean closes;
    synchronized (lock) {
      closed = true;
      closes = !running;
    }
    if (closes) {
      sockets.close();
    }
  }
}

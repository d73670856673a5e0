package dev.ferry.runtime;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.server.ServerEngine;
import dev.ferry.protocol.server.ServerEvent;
import dev.ferry.runtime.ServerOptions.Service;
import dev.ferry.storage.DiskLabStore;
import dev.ferry.storage.DiskSourceStore;
import dev.ferry.transport.EngineListener;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.TcpListener;
import dev.ferry.transport.UdpTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A server with its sockets, its event loop and its disk workers. {@link #run} occupies the calling
 * thread; {@link #stop} and {@link #awaitDiskWork} may be called from any other.
 */
public final class ServerRunner implements AutoCloseable {
  /** A disk that takes longer than this to flush is given up. */
  public static final long STOP_TIMEOUT_SECONDS = 30;

  /** Disk work waits for the disk, not for a processor. */
  private static final int DISK_WORKERS = 4;

  private final ServerOptions options;
  private final Path root;
  private final Sockets sockets;
  private final EventLoop loop;
  private final ExecutorService diskWorkers;
  private final ServerEngine engine;

  private ServerRunner(
      ServerOptions options, Sockets sockets, EventLoop loop, ExecutorService diskWorkers)
      throws IOException {
    this.options = options;
    this.sockets = sockets;
    this.loop = loop;
    this.diskWorkers = diskWorkers;
    DiskLabStore depot = openDepot();
    this.engine =
        new ServerEngine(
            depot,
            depot.parts(),
            options.offers(Service.GET)
                ? new DiskSourceStore(options.root(), diskWorkers, loop)
                : null,
            options.labMode(),
            options.ferryMode(),
            options.limits(),
            options.servesLab());
    this.root = options.root().toRealPath();
  }

  /**
   * Binds the sockets and opens the root. From now on clients are heard, and answered once {@link
   * #run} is called.
   *
   * @throws ListenException if it cannot listen at the address
   * @throws UnusableRootException if the root cannot be used
   * @throws IOException if the operating system has no more of something else
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

  private DiskLabStore openDepot() throws UnusableRootException {
    try {
      return DiskLabStore.open(options.root(), options.store(), diskWorkers, loop);
    } catch (IOException e) {
      throw new UnusableRootException(e);
    }
  }

  /** Where it listens: the port is the one that was chosen if any would do. */
  public InetSocketAddress address() throws IOException {
    return sockets.address();
  }

  /** The directory in which received files appear, without links on the way. */
  public Path root() {
    return root;
  }

  /**
   * Serves until {@link #stop}. To be called once.
   *
   * @throws IOException if a socket fails
   */
  public void run(ServerListener listener) throws IOException {
    EngineListener<ServerEvent> told = untilStopped(listener);
    loop.add(new UdpTransport<>(sockets.datagrams(), options.network().apply(engine), told));
    ServerSocketChannel streams = sockets.streams().orElse(null);
    if (streams != null) {
      loop.add(new TcpListener<>(streams, loop, engine.streams()::open, told));
    }
    loop.run();
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
      }
    };
  }

  /**
   * Begins the end, after which {@link #run} returns soon: what is complete is still published;
   * what is not is kept, for its client to go on with. Thread-safe.
   */
  public void stop() {
    loop.execute(engine::stop);
  }

  /**
   * Waits for what the disk has still to do after {@link #run}. Thread-safe.
   *
   * @return whether all of it was done within {@link #STOP_TIMEOUT_SECONDS}
   */
  public boolean awaitDiskWork() throws InterruptedException {
    diskWorkers.shutdown();
    return diskWorkers.awaitTermination(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** Lets go of everything, without waiting for the disk. */
  @Override
  public void close() throws IOException {
    diskWorkers.shutdown();
    loop.close();
    sockets.close();
  }
}

package dev.ferry.api;

import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.server.ServerLimits;
import dev.ferry.protocol.util.Udp;
import dev.ferry.runtime.ServerOptions;
import dev.ferry.runtime.ServerOptions.Service;
import dev.ferry.runtime.ServerRunner;
import dev.ferry.storage.StoreOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes files from clients, and hands them out: those of a directory, on one port of UDP and of TCP.
 * Runs on threads of its own, which keep the program alive, from {@link Builder#start} to {@link
 * #close}. Thread-safe.
 *
 * <pre>{@code
 * try (FerryServer server = FerryServer.builder(root).bind(address).start()) {
 *   server.await();
 * }
 * }</pre>
 */
public final class FerryServer implements AutoCloseable {
  private final ServerRunner runner;
  private final InetSocketAddress address;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable IOException failure;

  private FerryServer(ServerRunner runner) throws IOException {
    this.runner = runner;
    this.address = runner.address();
  }

  /**
   * A server that is not started yet.
   *
   * @param root the directory in which received files appear, and from which files are handed out
   */
  public static Builder builder(Path root) {
    return new Builder(root);
  }

  private void run(ServerListener listener) {
    ServerEvents events = new ServerEvents(listener);
    try {
      runner.run((event, nowNs) -> events.onEvent(event));
    } catch (IOException e) {
      failure = e;
    } finally {
      ended.countDown();
    }
  }

  /** Where it listens; the port is never 0. */
  public InetSocketAddress address() {
    return address;
  }

  /** The port at which it listens, 1 … 65535. */
  public int port() {
    return address.getPort();
  }

  /**
   * Waits until the server is closed.
   *
   * @throws IOException if it has ended because a socket failed
   * @throws InterruptedException if the calling thread is interrupted; the server goes on
   */
  public void await() throws IOException, InterruptedException {
    ended.await();
    throwFailure();
  }

  private void throwFailure() throws IOException {
    IOException cause = failure;
    if (cause != null) {
      throw new IOException("the server has ended: " + cause.getMessage(), cause);
    }
  }

  /**
   * Stops the server. Files that are complete are still published; of those that are not, what has
   * arrived in Ferry mode is kept for a week, for the client to go on with. Waits for the disk, for
   * up to a minute; an interruption ends the waiting, and is kept for the caller. To close it again
   * does nothing.
   *
   * @throws IOException if it had ended because a socket failed
   */
  @Override
  public void close() throws IOException {
    runner.stop();
    try {
      if (ended.await(ServerRunner.STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        runner.awaitDiskWork();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      runner.close();
    }
    throwFailure();
  }

  /** Says how a server goes about it. Not thread-safe. */
  public static final class Builder {
    private final Path root;
    private InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private @Nullable Secret secret;
    private boolean servesLabDespiteSecret;
    private boolean handsOut = true;
    private boolean listensOnTcp = true;
    private IfExists ifExists = IfExists.OVERWRITE;
    private long maxFileBytes = Long.MAX_VALUE;
    private long reserveBytes = ServerOptions.DEFAULT_RESERVE_BYTES;
    private int maxTransfers = ServerLimits.DEFAULT.sessions();
    private int maxTransfersPerAddress = ServerLimits.DEFAULT.sessionsPerAddress();
    private int datagramBytes = ReceiverConfig.DEFAULT.bufferBytes();
    private ServerListener listener = new ServerListener() {};

    private Builder(Path root) {
      this.root = root;
    }

    /**
     * Where to listen; any free port of the loopback interface if not said.
     *
     * @param newAddress a port of 0 is any that is free
     */
    public Builder bind(InetSocketAddress newAddress) {
      address = newAddress;
      return this;
    }

    /**
     * The secret that clients must have too; none if not said, so that anybody is served. Lab
     * clients, which can have none, are turned away then.
     */
    public Builder secret(Secret newSecret) {
      secret = newSecret;
      return this;
    }

    /**
     * Reads the secret from a key file now ({@link Secret#fromFile}).
     *
     * @throws IOException if that is not possible
     */
    public Builder keyFile(Path file) throws IOException {
      return secret(Secret.fromFile(file));
    }

    /** Serves lab clients, unencrypted, although there is a secret. */
    public Builder allowLab() {
      servesLabDespiteSecret = true;
      return this;
    }

    /** Hands out no files. */
    public Builder receiveOnly() {
      handsOut = false;
      return this;
    }

    /** Does not listen on TCP, for clients that UDP does not get through to. */
    public Builder udpOnly() {
      listensOnTcp = false;
      return this;
    }

    /** What to do if there is a file of the name; {@link IfExists#OVERWRITE} if not said. */
    public Builder ifExists(IfExists newIfExists) {
      ifExists = newIfExists;
      return this;
    }

    /**
     * The largest file to take; any if not said.
     *
     * @param bytes 0 or more
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder maxFileBytes(long bytes) {
      maxFileBytes = atLeast(0, bytes);
      return this;
    }

    /**
     * How much of the disk to keep free; 16 MiB if not said.
     *
     * @param bytes 0 or more
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder reserveBytes(long bytes) {
      reserveBytes = atLeast(0, bytes);
      return this;
    }

    /**
     * How many transfers to take at the same time; 1024 if not said.
     *
     * @param transfers 1 or more
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder maxTransfers(int transfers) {
      maxTransfers = (int) atLeast(1, transfers);
      return this;
    }

    /**
     * How many of them from one IP address; 512 if not said.
     *
     * @param transfers 1 or more
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder maxTransfersPerAddress(int transfers) {
      maxTransfersPerAddress = (int) atLeast(1, transfers);
      return this;
    }

    /**
     * The largest datagram to ask for over UDP and IPv4; 1472, which fits an Ethernet frame, if not
     * said.
     *
     * @param bytes 256 … 65507; in Ferry mode it is at least 1200
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder datagramBytes(int bytes) {
      if (bytes < ServerOptions.MIN_BUFFER_BYTES || bytes > Udp.MAX_PAYLOAD_BYTES) {
        throw new IllegalArgumentException("no size of a datagram: " + bytes);
      }
      datagramBytes = bytes;
      return this;
    }

    /** Who is told of files; nobody if not said. */
    public Builder listener(ServerListener newListener) {
      listener = newListener;
      return this;
    }

    private static long atLeast(long least, long value) {
      if (value < least) {
        throw new IllegalArgumentException(value + " is less than " + least);
      }
      return value;
    }

    /**
     * Starts it; clients are served when this returns.
     *
     * @throws IOException if it cannot listen at the address, or the root is not there or cannot be
     *     written to
     */
    public FerryServer start() throws IOException {
      ServerRunner runner = ServerRunner.open(options());
      FerryServer server = new FerryServer(runner);
      new Thread(() -> server.run(listener), "ferry-server").start();
      return server;
    }

    private ServerOptions options() {
      ServerOptions options =
          new ServerOptions(root, address)
              .secret(secret == null ? null : secret.shared)
              .bufferBytes(datagramBytes)
              .sessions(maxTransfers, maxTransfersPerAddress)
              .store(
                  new StoreOptions(ifExists == IfExists.OVERWRITE, maxFileBytes, reserveBytes));
      if (servesLabDespiteSecret) {
        options.with(Service.LAB_DESPITE_SECRET);
      }
      if (!handsOut) {
        options.without(Service.GET);
      }
      return listensOnTcp ? options : options.without(Service.TCP);
    }
  }
}

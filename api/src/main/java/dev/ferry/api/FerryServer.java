package dev.ferry.api;

import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.util.Udp;
import dev.ferry.runtime.ServerOptions;
import dev.ferry.runtime.ServerOptions.Service;
import dev.ferry.runtime.ServerRunner;
import dev.ferry.storage.StoreOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Receives files into a directory, and sends files from it, on one port of UDP and TCP. Runs on
 * threads of its own from {@link Builder#start} to {@link #close}; they keep the virtual machine
 * alive. Thread-safe.
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
   * Begins to build a server.
   *
   * @param root the directory of the files, which must exist
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
    } catch (RuntimeException | Error e) {
      failure = new IOException(e.toString(), e);
      throw e;
    } finally {
      ended.countDown();
    }
  }

  /** The address that it listens on. */
  public InetSocketAddress address() {
    return address;
  }

  /** The port that it listens on, 1 … 65535. */
  public int port() {
    return address.getPort();
  }

  /**
   * Waits until the server is closed.
   *
   * @throws IOException if a socket of the server failed
   * @throws InterruptedException if the thread is interrupted; the server goes on
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
   * Stops the server: complete files are still published, incomplete ones are kept for a week so
   * that clients can resume. Waits for the disk, one minute at most. An interruption ends the wait,
   * and the thread stays interrupted. May be called twice.
   *
   * @throws IOException if a socket of the server failed
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

  /** Builds a server. Not thread-safe. */
  public static final class Builder {
    private final Path root;
    private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private @Nullable Secret secret;
    private final List<Path> ownFiles = new ArrayList<>();
    private boolean servesLab = true;
    private boolean servesLabDespiteSecret;
    private boolean allowsHiddenNames;
    private boolean handsOut = true;
    private boolean takes = true;
    private boolean listensOnTcp = true;
    private final Set<Service> services = EnumSet.noneOf(Service.class);
    private Digest digest = Digest.SHA256;
    private IfExists ifExists = IfExists.OVERWRITE;
    private long maxFileBytes = Long.MAX_VALUE;
    private long reserveBytes = ServerOptions.DEFAULT_RESERVE_BYTES;
    private @Nullable Integer maxTransfers;
    private @Nullable Integer maxTransfersPerAddress;
    private int datagramBytes = ReceiverConfig.DEFAULT.bufferBytes();
    private Congestion congestion = Congestion.MODEL;
    private @Nullable LongSupplier maxRate;
    private ServerListener listener = new ServerListener() {};

    private Builder(Path root) {
      this.root = root;
    }

    /**
     * The address to listen on; a free port of the loopback interface by default.
     *
     * @param newAddress port 0 stands for any free port
     */
    public Builder bind(InetSocketAddress newAddress) {
      address = newAddress;
      return this;
    }

    /**
     * The secret that clients must have, too; lab clients, which have none, are not served then.
     * None by default, so that everybody is served.
     */
    public Builder secret(Secret newSecret) {
      secret = newSecret;
      return this;
    }

    /**
     * Reads the secret from a key file, as {@link Secret#fromFile} does.
     *
     * @throws IOException if the file is not a readable key file
     */
    public Builder keyFile(Path file) throws IOException {
      ownFiles.add(file);
      return secret(Secret.fromFile(file));
    }

    /** Serves lab clients, unencrypted, even if there is a secret. */
    public Builder allowLab() {
      servesLabDespiteSecret = true;
      return this;
    }

    /** Serves no lab clients, whose transfers are not encrypted. */
    public Builder noLab() {
      servesLab = false;
      return this;
    }

    /**
     * Takes and sends files below names that begin with a dot, too, for clients without the secret.
     */
    public Builder hidden() {
      allowsHiddenNames = true;
      return this;
    }

    /** Sends no files to clients. */
    public Builder receiveOnly() {
      handsOut = false;
      return this;
    }

    /** Takes no files from clients. */
    public Builder sendOnly() {
      takes = false;
      return this;
    }

    /** Does not listen on TCP, which serves clients without a path for UDP. */
    public Builder udpOnly() {
      listensOnTcp = false;
      return this;
    }

    /**
     * Lists what is in directories also for clients without the secret; those with it may have
     * lists anyway. Not with {@link #receiveOnly}.
     */
    public Builder allowList() {
      services.add(Service.LIST);
      return this;
    }

    /**
     * Removes files and empty directories also for clients without the secret; those with it may
     * have them removed anyway where files may be replaced. Not with {@link #sendOnly}.
     */
    public Builder allowDelete() {
      services.add(Service.DELETE);
      return this;
    }

    /** Takes symbolic links, as such, and tells where those in the root lead; none is followed. */
    public Builder allowLinks() {
      services.add(Service.LINKS);
      return this;
    }

    /** Takes names, too, that Windows would not. */
    public Builder posixNames() {
      services.add(Service.POSIX_NAMES);
      return this;
    }

    /** What vouches for the content of files; {@link Digest#SHA256} by default. */
    public Builder digest(Digest newDigest) {
      digest = newDigest;
      return this;
    }

    /** What to do if a file of that name exists; {@link IfExists#OVERWRITE} by default. */
    public Builder ifExists(IfExists newIfExists) {
      ifExists = newIfExists;
      return this;
    }

    /**
     * The size of the largest file to receive; no limit by default.
     *
     * @param bytes 0 or more
     * @throws IllegalArgumentException if the value is out of range
     */
    public Builder maxFileBytes(long bytes) {
      maxFileBytes = atLeast(0, bytes);
      return this;
    }

    /**
     * The free space that stays on the disk; 16 MiB by default.
     *
     * @param bytes 0 or more
     * @throws IllegalArgumentException if the value is out of range
     */
    public Builder reserveBytes(long bytes) {
      reserveBytes = atLeast(0, bytes);
      return this;
    }

    /**
     * The largest number of transfers at the same time; 1024 by default, or fewer in a small heap.
     *
     * @param transfers 1 or more
     * @throws IllegalArgumentException if the value is out of range
     */
    public Builder maxTransfers(int transfers) {
      maxTransfers = (int) atLeast(1, transfers);
      return this;
    }

    /**
     * The largest number of transfers for one IP address; 512 by default, or fewer in a small heap.
     *
     * @param transfers 1 or more
     * @throws IllegalArgumentException if the value is out of range
     */
    public Builder maxTransfersPerAddress(int transfers) {
      maxTransfersPerAddress = (int) atLeast(1, transfers);
      return this;
    }

    /**
     * The largest datagram over UDP and IPv4; 1472 by default, which fits an Ethernet frame.
     *
     * @param bytes 256 … 65507; Ferry mode uses at least 1200
     * @throws IllegalArgumentException if the size is out of range
     */
    public Builder datagramBytes(int bytes) {
      if (bytes < ServerOptions.MIN_BUFFER_BYTES || bytes > Udp.MAX_PAYLOAD_BYTES) {
        throw new IllegalArgumentException("no size of a datagram: " + bytes);
      }
      datagramBytes = bytes;
      return this;
    }

    /**
     * Caps how fast files are sent, in sum over all clients, which share it evenly; no cap by
     * default.
     *
     * @param bytesPerSecond 1000 or more
     * @throws IllegalArgumentException if the value is out of range
     */
    public Builder maxRate(long bytesPerSecond) {
      long checked = RateCap.checked(bytesPerSecond);
      return maxRate(() -> checked);
    }

    /**
     * The same with a cap that may change.
     *
     * @param bytesPerSecond the cap; less than 1000 counts as that, and {@link Long#MAX_VALUE} is
     *     no cap. Asked at the beginning and then once a second, on a thread of its own
     */
    public Builder maxRate(LongSupplier bytesPerSecond) {
      maxRate = bytesPerSecond;
      return this;
    }

    /**
     * Congestion control of what is sent; {@link Congestion#MODEL} by default. A client may ask for
     * another one, unless this is {@link Congestion#BACKGROUND}.
     */
    public Builder congestion(Congestion newCongestion) {
      congestion = newCongestion;
      return this;
    }

    /** The listener; none by default. */
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
     * Starts the server.
     *
     * @throws IOException if the server cannot listen on the address, or if the root does not exist
     *     or is not writable
     * @throws IllegalArgumentException if the heap does not hold all that so many transfers can
     *     make the server hold
     */
    public FerryServer start() throws IOException {
      ServerOptions options = options();
      String misfit = options.misfit();
      if (misfit != null) {
        throw new IllegalArgumentException(misfit);
      }
      ServerRunner runner = ServerRunner.open(options);
      FerryServer server = new FerryServer(runner);
      new Thread(() -> server.run(listener), "ferry-server").start();
      return server;
    }

    private ServerOptions options() {
      ServerOptions options =
          new ServerOptions(root, address)
              .secret(secret == null ? null : secret.shared)
              .bufferBytes(datagramBytes)
              .digest(digest.inRuntime)
              .congestion(congestion.inRuntime)
              .maxRate(maxRate)
              .sessions(maxTransfers, maxTransfersPerAddress)
              .store(new StoreOptions(ifExists == IfExists.OVERWRITE, maxFileBytes, reserveBytes));
      ownFiles.forEach(options::ownFile);
      services.forEach(options::with);
      if (!servesLab) {
        options.without(Service.LAB);
      }
      if (allowsHiddenNames) {
        options.with(Service.HIDDEN_NAMES);
      }
      if (servesLabDespiteSecret) {
        options.with(Service.LAB_DESPITE_SECRET);
      }
      if (!takes) {
        options.without(Service.PUT);
      }
      if (!handsOut) {
        options.without(Service.GET);
      }
      return listensOnTcp ? options : options.without(Service.TCP);
    }
  }
}

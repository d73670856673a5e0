package dev.ferry.api;

import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.util.Udp;
import dev.ferry.runtime.ClientTransfer;
import dev.ferry.runtime.Digest;
import dev.ferry.runtime.DiskWorkers;
import dev.ferry.runtime.Download;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.TransferOptions;
import dev.ferry.runtime.TransferRunner;
import dev.ferry.runtime.TransportOptions;
import dev.ferry.runtime.UnsendableException;
import dev.ferry.runtime.Upload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends files to a server, and fetches files from it. Thread-safe: many transfers may run at the
 * same time. Each has a socket and a thread of its own; the calling thread waits.
 *
 * <p>In {@link TransferMode#FERRY} a transfer that breaks off goes on by itself for a while ({@link
 * Builder#keepTrying}). One that has failed is resumable: the same call, with the same file and
 * name, sends only the missing bytes. Two such calls at the same time are the same transfer for the
 * server, so the later one supersedes the earlier.
 *
 * <pre>{@code
 * try (FerryClient client = FerryClient.builder("host", 12300).keyFile(key).build()) {
 *   Transfer transfer = client.put(file, "name");
 * }
 * }</pre>
 */
public final class FerryClient implements AutoCloseable {
  /** The longest name that a Ferry server accepts, in UTF-8 (protocol.md, section 5). */
  private final String host;

  private final int port;
  private final TransferOptions options;
  private final SecurityOptions security;
  private final TransportOptions transport;
  private final long keepTryingNs;
  private final Set<RunningTransfer> running = new HashSet<>();
  private boolean closed;

  private FerryClient(Builder builder) {
    this.host = builder.host;
    this.port = builder.port;
    this.options =
        new TransferOptions(
            builder.ifExists.inRuntime, builder.keepsAttributes, builder.dialect.inLabMode);
    this.security =
        new SecurityOptions(
            builder.effectiveMode().inRuntime,
            builder.secret == null ? null : builder.secret.shared,
            EnumSet.allOf(CipherSuite.class),
            Digest.SHA256);
    this.transport =
        new TransportOptions(
            builder.effectiveTransport().inRuntime,
            builder.datagramBytes,
            StreamFraming.LENGTH,
            builder.congestion == null ? null : builder.congestion.inRuntime,
            builder.maxRate,
            true,
            engine -> engine);
    this.keepTryingNs = builder.keepTryingNs;
  }

  /**
   * Begins to build a client. Nothing is sent before the first transfer.
   *
   * @param host a name, or an address without brackets
   * @param port 1 … 65535
   * @throws IllegalArgumentException if the host is empty or the port out of range
   */
  public static Builder builder(String host, int port) {
    return new Builder(host, port);
  }

  /**
   * Sends a file, and waits until it is durable and visible at the server.
   *
   * @param file a regular file
   * @param name the name at the server: a path relative to the root, with {@code /} as separator; 1
   *     … 1024 bytes in UTF-8
   * @throws TransferException if the transfer fails
   * @throws InterruptedException if the thread is interrupted, after the transfer was stopped and
   *     the server told; that takes some seconds at most
   * @throws IllegalStateException if this client is closed
   */
  public Transfer put(Path file, String name) throws TransferException, InterruptedException {
    return put(file, name, progress -> {});
  }

  /**
   * Sends a file, as {@link #put(Path, String)} does, with progress.
   *
   * @param listener is told about the progress
   * @throws TransferException if the transfer fails
   * @throws InterruptedException if the thread is interrupted
   * @throws IllegalStateException if this client is closed
   */
  public Transfer put(Path file, String name, ProgressListener listener)
      throws TransferException, InterruptedException {
    DiskWorkers diskWorkers = new DiskWorkers();
    try {
      return run(Upload.open(file, name, options, security, diskWorkers), diskWorkers, listener);
    } catch (UnsendableException e) {
      throw Failures.ofBeginning(e, host);
    }
  }

  /**
   * Fetches a file in Ferry mode, and waits until it is durable and visible.
   *
   * @param name the name at the server
   * @param file the path of the new file, in an existing directory
   * @throws TransferException if the transfer fails
   * @throws InterruptedException if the thread is interrupted, as for {@link #put(Path, String)}
   * @throws IllegalStateException if this client is closed, or its mode is {@link Mode#LAB}
   */
  public Transfer get(String name, Path file) throws TransferException, InterruptedException {
    return get(name, file, progress -> {});
  }

  /**
   * Fetches a file, as {@link #get(String, Path)} does, with progress.
   *
   * @param listener is told about the progress
   * @throws TransferException if the transfer fails
   * @throws InterruptedException if the thread is interrupted
   * @throws IllegalStateException if this client is closed, or its mode is {@link Mode#LAB}
   */
  public Transfer get(String name, Path file, ProgressListener listener)
      throws TransferException, InterruptedException {
    DiskWorkers diskWorkers = new DiskWorkers();
    return run(
        new Download(name, file, options, security.inFerryMode(), diskWorkers),
        diskWorkers,
        listener);
  }

  private Transfer run(ClientTransfer file, DiskWorkers diskWorkers, ProgressListener listener)
      throws TransferException, InterruptedException {
    RunningTransfer transfer =
        new RunningTransfer(host, port, file, diskWorkers, transport, keepTryingNs, listener);
    synchronized (running) {
      if (closed) {
        file.close();
        throw new IllegalStateException("this client is closed");
      }
      running.add(transfer);
    }
    try {
      transfer.start();
      return transfer.await();
    } finally {
      synchronized (running) {
        running.remove(transfer);
      }
    }
  }

  /**
   * Stops all running transfers, which fail with {@link TransferException.Reason#STOPPED}, and
   * waits for them, some seconds at most. May be called twice.
   */
  @Override
  public void close() {
    List<RunningTransfer> left;
    synchronized (running) {
      closed = true;
      left = List.copyOf(running);
    }
    left.forEach(RunningTransfer::beginStop);
    left.forEach(RunningTransfer::endStop);
  }

  /** Builds a client. Not thread-safe. */
  public static final class Builder {
    private final String host;
    private final int port;
    private Mode mode = Mode.EITHER;
    private Transport transport = Transport.AUTO;
    private Dialect dialect = Dialect.SPACED;
    private IfExists ifExists = IfExists.OVERWRITE;
    private boolean keepsAttributes = true;
    private int datagramBytes = TransportOptions.AS_THE_PATH_TAKES;
    private @Nullable Congestion congestion;
    private @Nullable LongSupplier maxRate;
    private @Nullable Secret secret;
    private long keepTryingNs = TransferRunner.KEEP_TRYING_NS;

    private Builder(String host, int port) {
      if (host.isEmpty() || port < 1 || port > 65_535) {
        throw new IllegalArgumentException("no server can be at '" + host + "', port " + port);
      }
      this.host = host;
      this.port = port;
    }

    /** The protocol; {@link Mode#EITHER} by default. */
    public Builder mode(Mode newMode) {
      mode = newMode;
      return this;
    }

    /** The secret that the server has, too; implies {@link Mode#FERRY}. None by default. */
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
      return secret(Secret.fromFile(file));
    }

    /** The transport; {@link Transport#AUTO} by default. */
    public Builder transport(Transport newTransport) {
      transport = newTransport;
      return this;
    }

    /** The dialect of a lab server; {@link Dialect#SPACED} by default. */
    public Builder dialect(Dialect newDialect) {
      dialect = newDialect;
      return this;
    }

    /**
     * What to do if a file of that name exists at the destination; {@link IfExists#OVERWRITE} by
     * default. A lab server decides for itself.
     */
    public Builder ifExists(IfExists newIfExists) {
      ifExists = newIfExists;
      return this;
    }

    /** Does not preserve the time of modification and the permissions of files. */
    public Builder withoutAttributes() {
      keepsAttributes = false;
      return this;
    }

    /**
     * Caps how fast files are sent, each transfer for itself; for {@link FerryClient#get} the
     * server is asked to, and keeps to its own cap as well. No cap by default.
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
     *     no cap. Asked at the beginning of each transfer and then once a second, on a thread of
     *     its own; many transfers may ask at the same time
     */
    public Builder maxRate(LongSupplier bytesPerSecond) {
      maxRate = bytesPerSecond;
      return this;
    }

    /**
     * Congestion control of the file. For {@link FerryClient#get} the server is asked for it, and
     * goes along unless its own is {@link Congestion#BACKGROUND}. By default {@link
     * Congestion#MODEL} for {@link FerryClient#put}, and what the server has for get.
     */
    public Builder congestion(Congestion newCongestion) {
      congestion = newCongestion;
      return this;
    }

    /**
     * The largest datagram over UDP and IPv4; by default what the path turns out to take, and in
     * lab mode 1472, which fits an Ethernet frame.
     *
     * @param bytes 64 … 65507; Ferry mode uses at least 1200
     * @throws IllegalArgumentException if the size is out of range
     */
    public Builder datagramBytes(int bytes) {
      if (bytes < TransportOptions.MIN_DATAGRAM_BYTES || bytes > Udp.MAX_PAYLOAD_BYTES) {
        throw new IllegalArgumentException("no size of a datagram: " + bytes);
      }
      datagramBytes = bytes;
      return this;
    }

    /**
     * For how long a transfer that a Ferry server has agreed to is gone on with by further
     * connections, after its last progress: through an outage, with a server that is started anew,
     * and where the host's name leads to another address by then. 10 minutes by default. How a call
     * waits within one connection does not depend on it.
     *
     * @param time 0 or more; 0 for one connection only, and more than 292 years for ever
     * @throws IllegalArgumentException if the time is negative
     */
    public Builder keepTrying(Duration time) {
      if (time.isNegative()) {
        throw new IllegalArgumentException("a negative time: " + time);
      }
      keepTryingNs =
          time.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0 ? time.toNanos() : Long.MAX_VALUE;
      return this;
    }

    /**
     * Creates the client.
     *
     * @throws IllegalStateException if the mode is {@link Mode#LAB}, which has neither secrets nor
     *     {@link Transport#TCP}, and one of them is set
     */
    public FerryClient build() {
      return new FerryClient(this);
    }

    private Mode effectiveMode() {
      boolean needsFerry = secret != null || transport == Transport.TCP;
      if (needsFerry && mode == Mode.LAB) {
        throw new IllegalStateException("the lab's protocol has neither secrets nor TCP");
      }
      return needsFerry ? Mode.FERRY : mode;
    }

    private Transport effectiveTransport() {
      return mode == Mode.LAB ? Transport.UDP : transport;
    }
  }
}

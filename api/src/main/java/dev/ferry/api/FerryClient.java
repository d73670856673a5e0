package dev.ferry.api;

import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.util.Udp;
import dev.ferry.runtime.DiskWorkers;
import dev.ferry.runtime.Download;
import dev.ferry.runtime.FileTransfer;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.TransferOptions;
import dev.ferry.runtime.TransportOptions;
import dev.ferry.runtime.UnsendableException;
import dev.ferry.runtime.Upload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends files to one server, and fetches them. Thread-safe: any number of transfers can run at a
 * time, each over a port and on a thread of its own, while the calling thread waits.
 *
 * <p>A transfer that breaks off in {@link TransferMode#FERRY} goes on where it stopped when the same
 * call is made again: the same file, as long as it is unchanged, and the same name. Two such calls
 * at one time are one transfer to the server, and the later one takes over from the earlier.
 *
 * <pre>{@code
 * try (FerryClient client = FerryClient.builder("host", 12300).keyFile(key).build()) {
 *   Transfer transfer = client.put(file, "name");
 * }
 * }</pre>
 */
public final class FerryClient implements AutoCloseable {
  private final String host;
  private final int port;
  private final TransferOptions options;
  private final SecurityOptions security;
  private final TransportOptions transport;
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
            EnumSet.allOf(CipherSuite.class));
    this.transport =
        new TransportOptions(
            builder.effectiveTransport().inRuntime,
            builder.datagramBytes,
            StreamFraming.LENGTH,
            engine -> engine);
  }

  /**
   * A client of a server, not contacted yet.
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
   * @param name what the server is to call it: a path relative to its root, with {@code /} between
   *     its parts
   * @throws TransferException if it fails
   * @throws InterruptedException if the calling thread is interrupted: the transfer is stopped, the
   *     server told if that can be done soon, and what has arrived kept; after some seconds at most
   * @throws IllegalStateException if this client is closed
   */
  public Transfer put(Path file, String name) throws TransferException, InterruptedException {
    return put(file, name, progress -> {});
  }

  /**
   * The same with progress.
   *
   * @param listener is told how it goes
   * @throws TransferException if it fails
   * @throws InterruptedException as {@link #put(Path, String)}
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
   * Fetches a file, and waits until it is durable and visible here. Always in Ferry mode.
   *
   * @param name what the server calls it
   * @param file where it is to appear: the name of the file itself, in a directory that exists
   * @throws TransferException if it fails
   * @throws InterruptedException as {@link #put(Path, String)}
   * @throws IllegalStateException if this client is closed, or its mode is {@link Mode#LAB}
   */
  public Transfer get(String name, Path file) throws TransferException, InterruptedException {
    return get(name, file, progress -> {});
  }

  /**
   * The same with progress.
   *
   * @param listener is told how it goes
   * @throws TransferException if it fails
   * @throws InterruptedException as {@link #put(Path, String)}
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

  private Transfer run(FileTransfer file, DiskWorkers diskWorkers, ProgressListener listener)
      throws TransferException, InterruptedException {
    RunningTransfer transfer = 
        new RunningTransfer(host, port, file, diskWorkers, transport, listener);
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
   * Stops the transfers that still run; those who wait for them get {@link
   * TransferException.Reason#STOPPED}. Waits for them, for some seconds at most. To close it again
   * does nothing.
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

  /** Says how a client goes about it. Not thread-safe. */
  public static final class Builder {
    private final String host;
    private final int port;
    private Mode mode = Mode.EITHER;
    private Transport transport = Transport.AUTO;
    private Dialect dialect = Dialect.SPACED;
    private IfExists ifExists = IfExists.OVERWRITE;
    private boolean keepsAttributes = true;
    private int datagramBytes = TransportOptions.DEFAULT_DATAGRAM_BYTES;
    private @Nullable Secret secret;

    private Builder(String host, int port) {
      if (host.isEmpty() || port < 1 || port > 65_535) {
        throw new IllegalArgumentException("no server can be at '" + host + "', port " + port);
      }
      this.host = host;
      this.port = port;
    }

    /** Which protocol to speak; {@link Mode#EITHER} if not said. */
    public Builder mode(Mode newMode) {
      mode = newMode;
      return this;
    }

    /** The secret that the server has too, which implies {@link Mode#FERRY}; none if not said. */
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

    /** What carries the packets; {@link Transport#AUTO} if not said. */
    public Builder transport(Transport newTransport) {
      transport = newTransport;
      return this;
    }

    /** How a lab server delimits fields; {@link Dialect#SPACED} if not said. */
    public Builder dialect(Dialect newDialect) {
      dialect = newDialect;
      return this;
    }

    /**
     * What to do if there is a file of the name at the destination; {@link IfExists#OVERWRITE} if
     * not said. A lab server decides for itself.
     */
    public Builder ifExists(IfExists newIfExists) {
      ifExists = newIfExists;
      return this;
    }

    /** The file does not keep its time of modification and its permissions. */
    public Builder withoutAttributes() {
      keepsAttributes = false;
      return this;
    }

    /**
     * The largest datagram to send over UDP and IPv4; 1472, which fits an Ethernet frame, if not
     * said.
     *
     * @param bytes 64 … 65507; in Ferry mode it is at least 1200
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder datagramBytes(int bytes) {
      if (bytes < TransportOptions.MIN_DATAGRAM_BYTES || bytes > Udp.MAX_PAYLOAD_BYTES) {
        throw new IllegalArgumentException("no size of a datagram: " + bytes);
      }
      datagramBytes = bytes;
      return this;
    }

    /**
     * The client.
     *
     * @throws IllegalStateException if {@link Mode#LAB} is asked for together with a secret or with
     *     {@link Transport#TCP}, of which the lab's protocol knows nothing
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

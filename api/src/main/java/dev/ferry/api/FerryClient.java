package dev.ferry.api;

import dev.ferry.copy.TreeOptions;
import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.util.Udp;
import dev.ferry.runtime.ClientTransfer;
import dev.ferry.runtime.DiskWorkers;
import dev.ferry.runtime.Download;
import dev.ferry.runtime.PipeDownload;
import dev.ferry.runtime.PipeUpload;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.TransferOptions;
import dev.ferry.runtime.TransferRunner;
import dev.ferry.runtime.TransportOptions;
import dev.ferry.runtime.UnsendableException;
import dev.ferry.runtime.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends files to a server, and fetches files from it: single ones, streams, and whole trees.
 * Thread-safe: many transfers may run at the same time. Each has a socket and a thread of its own;
 * the calling thread waits, except for a {@link Copy}.
 *
 * <p>In {@link TransferMode#FERRY} a transfer that breaks off goes on by itself for a while ({@link
 * Builder#keepTrying}). One that has failed is resumable: the same call, with the same file and
 * name, sends only the missing bytes. Two such calls at the same time are the same transfer for the
 * server, so the later one supersedes the earlier.
 *
 * <pre>{@code
 * try (FerryClient client = FerryClient.builder("host", 12300).keyFile(key).build()) {
 *   Transfer transfer = client.put(file, "name");
 *   client.copyTo(List.of(directory), "backup", CopyOptions.DEFAULT).await();
 * }
 * }</pre>
 */
public final class FerryClient implements AutoCloseable {
  /** What a stream is called where a file has its path. */
  private static final Path STREAM = Path.of("-");

  private final Settings settings;
  private final Set<Running> running = new HashSet<>();
  private boolean closed;

  private FerryClient(Builder builder) {
    TransferOptions options =
        new TransferOptions(
            builder.ifExists.inRuntime, builder.keepsAttributes, builder.dialect.inLabMode);
    SecurityOptions security =
        new SecurityOptions(
            builder.effectiveMode().inRuntime,
            builder.secret == null ? null : builder.secret.shared,
            EnumSet.allOf(CipherSuite.class),
            builder.digest.inRuntime);
    TransportOptions transport =
        new TransportOptions(
            builder.effectiveTransport().inRuntime,
            builder.datagramBytes,
            StreamFraming.LENGTH,
            builder.congestion == null ? null : builder.congestion.inRuntime,
            builder.maxRate,
            true,
            engine -> engine);
    this.settings =
        new Settings(
            builder.host, builder.port, options, security, transport, builder.keepTryingNs);
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
      Upload upload =
          Upload.open(file, name, settings.transfer(), settings.security(), diskWorkers);
      return run(upload, diskWorkers, listener);
    } catch (UnsendableException e) {
      throw Failures.ofBeginning(e, settings.server());
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
    Download download =
        new Download(
            name, file, settings.transfer(), settings.security().inFerryMode(), diskWorkers);
    return run(download, diskWorkers, listener);
  }

  /**
   * Sends a stream up to its end in Ferry mode, and waits until it is durable and visible at the
   * server. The stream is read on a thread of its own, ahead of what has arrived by an eighth of
   * the heap at the most, from 1 to 64 MiB; a server or path that is slow so stalls the reading. It
   * is left open. After a failure it is not known how much of it has been read, a read that waits
   * may go on until the stream is closed, and nothing is stored.
   *
   * <p>As long as all that was read is still in memory, another connection begins anew; else what
   * breaks off has failed.
   *
   * @param name at the server, as for {@link #put(Path, String)}
   * @throws TransferException if the transfer fails; with {@link
   *     TransferException.Reason#SOURCE_FAILED}, and the cause, if the stream cannot be read
   * @throws InterruptedException if the thread is interrupted, as for {@link #put(Path, String)}
   * @throws IllegalStateException if this client is closed, or its mode is {@link Mode#LAB}
   */
  public Transfer put(InputStream in, String name) throws TransferException, InterruptedException {
    return put(in, name, progress -> {});
  }

  /**
   * Sends a stream, as {@link #put(InputStream, String)} does, with progress.
   *
   * @param listener is told about the progress
   * @throws TransferException if the transfer fails
   * @throws InterruptedException if the thread is interrupted
   * @throws IllegalStateException if this client is closed, or its mode is {@link Mode#LAB}
   */
  public Transfer put(InputStream in, String name, ProgressListener listener)
      throws TransferException, InterruptedException {
    SecurityOptions security = settings.security().inFerryMode();
    try {
      PipeUpload upload = PipeUpload.of(in, STREAM, name, settings.transfer(), security);
      return run(upload, new DiskWorkers(), listener);
    } catch (UnsendableException e) {
      throw Failures.ofBeginning(e, settings.server());
    }
  }

  /**
   * Fetches a file in Ferry mode, and writes it to a stream in order. That is done on a thread of
   * its own; what has arrived and is not written takes an eighth of the heap at the most, from 1 to
   * 64 MiB, so that a stream that is slow stalls the server. The stream is flushed before the call
   * returns, and left open.
   *
   * <p>What was written is the file only if the call returns: its digest is compared at its end.
   * After a failure nothing more is written, except that a write which waits then may still go on.
   *
   * @param name the name at the server
   * @throws TransferException if the transfer fails; with {@link
   *     TransferException.Reason#UNSTORABLE}, and the cause, if the stream cannot be written to
   * @throws InterruptedException if the thread is interrupted, as for {@link #put(Path, String)}
   * @throws IllegalStateException if this client is closed, or its mode is {@link Mode#LAB}
   */
  public Transfer get(String name, OutputStream out)
      throws TransferException, InterruptedException {
    return get(name, out, progress -> {});
  }

  /**
   * Fetches a file into a stream, as {@link #get(String, OutputStream)} does, with progress.
   *
   * @param listener is told about the progress
   * @throws TransferException if the transfer fails
   * @throws InterruptedException if the thread is interrupted
   * @throws IllegalStateException if this client is closed, or its mode is {@link Mode#LAB}
   */
  public Transfer get(String name, OutputStream out, ProgressListener listener)
      throws TransferException, InterruptedException {
    SecurityOptions security = settings.security().inFerryMode();
    PipeDownload download = new PipeDownload(name, out, STREAM, cause -> false, security);
    return run(download, new DiskWorkers(), listener);
  }

  /**
   * Begins to send files and directories with all that is in them, over one connection, many at a
   * time; in Ferry mode. Each arrives under its own name; of a path that ends with {@code .} only
   * what is in the directory does. Files that are the same at both ends are passed over. No link
   * below a source is followed. Neither the files nor their names are held in memory, except some
   * thousands ahead, and of what the server has a million entries.
   *
   * @param sources what to send
   * @param directory at the server, which is made; empty for its root
   * @param listener is told what becomes of each file
   * @throws IllegalStateException if this client is closed, or its mode is {@link Mode#LAB}
   */
  public Copy copyTo(
      List<Path> sources, String directory, CopyOptions options, CopyListener listener) {
    TreeOptions tree = settings.tree(options, false);
    return begin(CopyWork.sending(List.copyOf(sources), directory, tree), listener);
  }

  /** Begins to send files and directories, as the other one does, and tells nobody. */
  public Copy copyTo(List<Path> sources, String directory, CopyOptions options) {
    return copyTo(sources, directory, options, CopyListener.NOBODY);
  }

  /**
   * Begins to fetch files and directories with all that is in them, over one connection, many at a
   * time; in Ferry mode. Each arrives under its own name; of a name that ends with a slash only
   * what is in the directory does. Files that are the same at both ends are passed over. A server
   * that lists no files has files only. The lists are kept in temporary files.
   *
   * @param names at the server; empty for its root
   * @param directory on this machine, which is made
   * @param listener is told what becomes of each file
   * @throws IllegalStateException if this client is closed, or its mode is {@link Mode#LAB}
   */
  public Copy copyFrom(
      List<String> names, Path directory, CopyOptions options, CopyListener listener) {
    TreeOptions tree = settings.tree(options, false);
    return begin(CopyWork.fetching(List.copyOf(names), directory, tree), listener);
  }

  /** Begins to fetch files and directories, as the other one does, and tells nobody. */
  public Copy copyFrom(List<String> names, Path directory, CopyOptions options) {
    return copyFrom(names, directory, options, CopyListener.NOBODY);
  }

  /**
   * Begins to compare what {@link #copyTo} would send with what is at the server, by its content,
   * and changes nothing. What is only at the server is not looked at.
   *
   * @param listener is told of each file, which is {@link FileResult.Unchanged} or {@link
   *     FileResult.Different}
   * @throws IllegalStateException if this client is closed, or its mode is {@link Mode#LAB}
   */
  public Copy verify(
      List<Path> sources, String directory, CopyOptions options, CopyListener listener) {
    TreeOptions tree = settings.tree(options, true);
    return begin(CopyWork.verifying(List.copyOf(sources), directory, tree), listener);
  }

  private Copy begin(CopyWork work, CopyListener listener) {
    CopyFuture future = new CopyFuture();
    RunningCopy copy =
        new RunningCopy(
            settings.inFerryMode(),
            work,
            listener,
            ended -> {
              forget(ended);
              future.end(ended);
            });
    future.stops(copy);
    add(copy, () -> {});
    copy.start();
    return new Copy(copy, future);
  }

  /**
   * Lists what is in a directory at the server, in Ferry mode. The list is fetched whole into a
   * temporary file before this returns, and read from that bit by bit: so it takes little memory,
   * however long it is.
   *
   * @param name of the directory, or of a file, which is the only entry then; empty for the root
   * @param recursive whether what is in the directories in it is listed, too
   * @return entries in the order of the server, a directory before what is in it; to be closed,
   *     which removes the file. It throws {@link java.io.UncheckedIOException} if the list cannot
   *     be read
   * @throws TransferException if the server lists no files, has no such directory, or is not
   *     reached
   * @throws InterruptedException if the thread is interrupted
   * @throws IllegalStateException if this client is closed, or its mode is {@link Mode#LAB}
   */
  public Stream<RemoteEntry> list(String name, boolean recursive)
      throws TransferException, InterruptedException {
    SecurityOptions security = settings.security().inFerryMode();
    RemoteListing listing = RemoteListing.create();
    try {
      DiskWorkers diskWorkers = new DiskWorkers();
      Download download =
          Download.list(
              name, recursive, listing.file(), settings.transfer(), security, diskWorkers);
      run(download, diskWorkers, progress -> {});
      return listing.stream();
    } catch (TransferException | InterruptedException | RuntimeException e) {
      listing.close();
      throw e;
    }
  }

  /**
   * Removes a file, a link, or an empty directory at the server, in Ferry mode.
   *
   * @param name at the server
   * @throws TransferException if it is not removed, or that is not known; with {@link
   *     Refusal#CANNOT_CREATE} for a directory that is not empty
   * @throws InterruptedException if the thread is interrupted
   * @throws IllegalStateException if this client is closed, or its mode is {@link Mode#LAB}
   */
  public void delete(String name) throws TransferException, InterruptedException {
    Removal removal = new Removal(name);
    try (Copy copy = begin(removal, CopyListener.NOBODY)) {
      copy.await();
    }
    TransferFailure failure = removal.failure();
    if (failure != null) {
      throw Failures.of(failure, settings.server(), false, Optional.empty());
    }
  }

  private Transfer run(ClientTransfer file, DiskWorkers diskWorkers, ProgressListener listener)
      throws TransferException, InterruptedException {
    RunningTransfer transfer = new RunningTransfer(settings, file, diskWorkers, listener);
    add(
        transfer,
        () -> {
          file.close();
          diskWorkers.close();
        });
    try {
      transfer.start();
      return transfer.await();
    } finally {
      forget(transfer);
    }
  }

  /** Notes what is to be stopped when this client is closed. */
  private void add(Running begun, Runnable release) {
    synchronized (running) {
      if (!closed) {
        running.add(begun);
        return;
      }
    }
    release.run();
    throw new IllegalStateException("this client is closed");
  }

  private void forget(Running ended) {
    synchronized (running) {
      running.remove(ended);
    }
  }

  /**
   * Stops all running transfers and copies, which fail with {@link
   * TransferException.Reason#STOPPED}, and waits for them, some seconds at most. May be called
   * twice.
   */
  @Override
  public void close() {
    List<Running> left;
    synchronized (running) {
      closed = true;
      left = List.copyOf(running);
    }
    left.forEach(Running::beginStop);
    left.forEach(Running::endStop);
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
    private Digest digest = Digest.SHA256;
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

    /** What vouches for the content of files; {@link Digest#SHA256} by default. */
    public Builder digest(Digest newDigest) {
      digest = newDigest;
      return this;
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

package dev.ferry.runtime;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileContent;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.BatchFile;
import dev.ferry.protocol.client.ClientConfig;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.client.FileBatch;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabSender;
import dev.ferry.protocol.lab.LabSender.HandOver;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.storage.BlockMemory;
import dev.ferry.storage.LocalDirectory;
import dev.ferry.storage.StoreOptions;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The files of a batch, over one connection after the other. */
final class BatchTransfer implements ClientTransfer {
  private final BatchRunner.Direction direction;
  private final TransferOptions options;
  private final SecurityOptions security;
  private final Executor diskWorkers;
  private final BatchListener listener;
  private final byte[] userSecret = UserSecret.read();
  private final BlockMemory memory = new BlockMemory();
  private final Map<Path, LocalDirectory> directories = new HashMap<>();

  /** Directories in which files have been named. */
  private final Map<Path, LocalDirectory> around = new HashMap<>();

  private @Nullable BatchSource source;
  private @Nullable FileBatch batch;
  private @Nullable EngineThread thread;
  private @Nullable InetSocketAddress server;

  BatchTransfer(
      BatchRunner.Direction direction,
      TransferOptions options,
      SecurityOptions security,
      Executor diskWorkers,
      BatchListener listener) {
    this.direction = direction;
    this.options = options;
    this.security = security;
    this.diskWorkers = diskWorkers;
    this.listener = listener;
  }

  /** Begins to prepare files. */
  BatchSource open(Iterator<? extends BatchRequest> files) {
    return new BatchSource(files, this::prepared);
  }

  private BatchFile prepared(BatchRequest request) {
    return switch (request.type()) {
      case QUESTION -> new BatchQuestion(this, (ServerQuestion) request);
      case TRANSFER -> prepared((FileJob) request);
    };
  }

  private BatchFile prepared(FileJob request) {
    return switch (direction) {
      case PUT ->
          request.kind() == FileKind.FILE
              ? BatchPut.open(this, request)
              : BatchEntry.open(this, request);
      case GET -> new BatchGet(this, request);
    };
  }

  /** All files, of which none has begun. */
  FileBatch begin(BatchSource from) {
    source = from;
    batch = new FileBatch(from);
    return batch;
  }

  /** Whatever is not over has failed. */
  void abandon(TransferFailure failure) {
    if (batch != null) {
      batch.abandon(failure);
    }
  }

  /** The id of a transfer of this user that the parts identify. */
  Bytes transferId(Object... parts) {
    return TransferId.of(userSecret, parts);
  }

  void tellProgress(long nowNs) {
    if (batch != null) {
      batch.tellProgress(nowNs);
    }
  }

  TransferOptions options() {
    return options;
  }

  Executor diskWorkers() {
    return diskWorkers;
  }

  BatchListener listener() {
    return listener;
  }

  /** The thread of the engine; only while there is one. */
  EngineThread thread() {
    if (thread == null) {
      throw new IllegalStateException("no engine");
    }
    return thread;
  }

  /** The server as the user named it; only while there is an engine. */
  String serverName() {
    if (server == null) {
      throw new IllegalStateException("no engine");
    }
    return Endpoint.nameOf(server);
  }

  /** A directory that files arrive in, opened once for all of them. */
  LocalDirectory directory(Path path, StoreOptions storeOptions) throws StorageException {
    LocalDirectory known = directories.get(path);
    if (known == null) {
      known = LocalDirectory.open(path, storeOptions);
      directories.put(path, known);
    }
    return known;
  }

  /** The directory that a file which the user has named is to appear in; opened once as well. */
  LocalDirectory directoryAround(Path file, StoreOptions storeOptions) throws StorageException {
    Path parent = file.toAbsolutePath().getParent();
    LocalDirectory known = parent == null ? null : around.get(parent);
    if (known == null) {
      known = LocalDirectory.around(file, storeOptions);
      if (parent != null) {
        around.put(parent, known);
      }
    }
    return known;
  }

  /** For blocks of all files that arrive. */
  BlockMemory memory() {
    return memory;
  }

  @Override
  public ClientEngine begin(Endpoint endpoint, EngineThread newThread, long nowNs) {
    FileBatch files = batch;
    if (files == null || source == null) {
      throw new IllegalStateException("not begun");
    }
    thread = newThread;
    server = endpoint.server();
    source.wakes(() -> newThread.execute(wokenNs -> {}));
    ClientConfig config = isFetching() ? endpoint.fetching(security) : endpoint.sending(security);
    SecureRandom random = new SecureRandom();
    if (skipsStart(endpoint)) {
      return ClientEngine.beginningInFerryMode(config.trustingMemory(), files, random, nowNs);
    }
    if (isFetching() || security.isFerryOnly() || endpoint.stream() || endpoint.resumes()) {
      return ClientEngine.beginningInFerryMode(config, files, random, nowNs);
    }
    return ClientEngine.beginningAsLab(probe(endpoint), 1, config, files, random);
  }

  /** Finds out whether it is a Ferry server; others cannot be sent many files. */
  private LabSender probe(Endpoint endpoint) {
    return new LabSender(
        endpoint.server(),
        new Start(options.dialect(), 0, ServerNames.PING, 1, true),
        new NeverSent(),
        endpoint.datagramBytes(),
        endpoint.startPolicy(),
        HandOver.REQUIRED);
  }

  /** What a start speaks of that is never followed by content. */
  private static final class NeverSent implements FileContent {
    @Override
    public long sizeBytes() {
      return 1;
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
      throw new IllegalStateException("content for a lab server");
    }
  }

  @Override
  public boolean skipsStart(Endpoint endpoint) {
    return !isFetching()
        && endpoint.memory() != null
        && !endpoint.resumes()
        && security.mode() == SecurityOptions.Mode.EITHER;
  }

  @Override
  public Path file() {
    return Path.of("");
  }

  @Override
  public String name() {
    return "";
  }

  @Override
  public long sizeBytes() {
    return 0;
  }

  @Override
  public boolean preserves() {
    return options.preserves();
  }

  @Override
  public boolean isFetching() {
    return direction == BatchRunner.Direction.GET;
  }

  @Override
  public void close() {}
}

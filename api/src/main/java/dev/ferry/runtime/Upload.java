package dev.ferry.runtime;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.client.ClientConfig;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.lab.LabCodec;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabSender;
import dev.ferry.protocol.lab.LabSender.HandOver;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.transfer.Unsent;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.runtime.UnsendableException.Reason;
import dev.ferry.storage.DiskFileContent;
import dev.ferry.storage.DiskSourceFile;
import dev.ferry.storage.NativePaths;
import dev.ferry.storage.NotRegularFileException;
import dev.ferry.storage.RemoteName;
import dev.ferry.storage.UnsizedFileException;
import dev.ferry.tree.LocalFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The transfer of a file to the server, in the mode that the server speaks. */
public final class Upload implements ClientTransfer {
  /** In a smaller file there is nothing to be saved. */
  private static final long MIN_SPARSE_BYTES = 1 << 20;

  private final Path file;
  private final DiskFileContent source;
  private final String name;
  private final TransferOptions options;
  private final SecurityOptions security;
  private final Executor diskWorkers;
  private @Nullable DiskSourceFile opened;

  /** Found out once for all attempts, as that reads the whole file; null before. */
  private @Nullable Unsent unsent;

  private Upload(
      Path file,
      DiskFileContent source,
      String name,
      TransferOptions options,
      SecurityOptions security,
      Executor diskWorkers) {
    this.file = file;
    this.source = source;
    this.name = name;
    this.options = options;
    this.security = security;
    this.diskWorkers = diskWorkers;
  }

  /**
   * Opens the file, and checks that the protocol can express the request.
   *
   * @param name the name of the file at the server; a {@code ./} at its beginning is dropped
   * @param diskWorkers runs the tasks that wait for the disk
   * @param links whether the last component of the path may be a link
   * @throws UnsendableException if the file cannot be read, or the name cannot be expressed
   */
  public static Upload open(
      Path file,
      String name,
      TransferOptions options,
      SecurityOptions security,
      Executor diskWorkers,
      LinkOption... links)
      throws UnsendableException {
    if (security.mode() != SecurityOptions.Mode.LAB) {
      CipherWarmUp.start();
    }
    String bareName = RemoteName.withoutDot(name);
    Upload upload = new Upload(file, source(file, links), bareName, options, security, diskWorkers);
    try {
      upload.check();
      return upload;
    } catch (UnsendableException e) {
      upload.close();
      throw e;
    }
  }

  /** Opens a file that is to be sent. */
  static DiskFileContent source(Path file, LinkOption... links) throws UnsendableException {
    return opened(file, () -> DiskFileContent.open(file, links));
  }

  /** How a file is opened. */
  @FunctionalInterface
  interface Opening<T> {
    T open() throws IOException;
  }

  /** Opens a file that is to be sent, in some way. */
  static <T> T opened(Path file, Opening<T> opening) throws UnsendableException {
    String shown = "'" + file + "'";
    try {
      return opening.open();
    } catch (NoSuchFileException e) {
      throw new UnsendableException(Reason.MISSING, "there is no file " + shown, e);
    } catch (NotRegularFileException e) {
      throw new UnsendableException(Reason.NOT_REGULAR, shown + " is not a regular file", e);
    } catch (UnsizedFileException e) {
      throw new UnsendableException(
          Reason.NOT_REGULAR,
          shown + " cannot be sent as it is: " + e.getReason() + "; copy it",
          e);
    } catch (AccessDeniedException e) {
      throw new UnsendableException(
          Reason.NOT_PERMITTED, shown + " may not be read by this user", e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static UnsendableException unreadable(Path file, IOException cause) {
    return new UnsendableException(
        Reason.UNREADABLE, "'" + file + "' cannot be read: " + cause.getMessage(), cause);
  }

  private void check() throws UnsendableException {
    ServerNames.check(name);
    if (!security.isFerryOnly()) {
      start();
    }
  }

  @Override
  public ClientEngine begin(Endpoint endpoint, EngineThread thread, long nowNs)
      throws UnsendableException {
    DiskSourceFile content = read(thread);
    ClientConfig config = endpoint.sending(security);
    Open open = openFrame(endpoint.server(), content);
    Unsent leftOut = unsent();
    TransferFactory factory =
        (context, begunNs) -> FileSender.put(context, open, shared(content), leftOut, begunNs);
    SecureRandom random = new SecureRandom();
    if (skipsStart(endpoint)) {
      ClientConfig hasty = config.trustingMemory();
      return ClientEngine.beginningInFerryMode(hasty, factory, random, nowNs);
    }
    if (security.isFerryOnly() || endpoint.stream() || endpoint.resumes()) {
      return ClientEngine.beginningInFerryMode(config, factory, random, nowNs);
    }
    LabSender lab =
        new LabSender(
            endpoint.server(),
            start(),
            content,
            endpoint.datagramBytes(),
            endpoint.startPolicy(),
            handOver(endpoint));
    return ClientEngine.beginningAsLab(lab, sizeBytes(), config, factory, random);
  }

  private Unsent unsent() throws UnsendableException {
    Unsent found = unsent;
    if (found == null) {
      try {
        found = new Unsent(List.of(), zeros(file, sizeBytes(), options));
      } catch (IOException e) {
        throw unreadable(file, e);
      }
      unsent = found;
    }
    return found;
  }

  /** The blocks that need not be sent because they are zeros; none where all are to be. */
  static List<ByteRange> zeros(Path file, long sizeBytes, TransferOptions options)
      throws IOException {
    return options.sparse() && sizeBytes >= MIN_SPARSE_BYTES
        ? LocalFile.zeroBlocks(file)
        : List.of();
  }

  private HandOver handOver(Endpoint endpoint) {
    if (security.mode() == SecurityOptions.Mode.LAB) {
      return HandOver.NEVER;
    }
    return endpoint.isKnown() ? HandOver.REQUIRED : HandOver.IF_POSSIBLE;
  }

  private DiskSourceFile read(EngineThread thread) throws UnsendableException {
    try {
      return new DiskSourceFile(source, diskWorkers, thread).shared();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The file for another connection, which may follow one that has failed. */
  private DiskSourceFile shared(DiskSourceFile content) {
    DiskSourceFile shared = content.shared();
    opened = shared;
    return shared;
  }

  private Open openFrame(InetSocketAddress server, DiskSourceFile content) {
    return new Open(
        Frame.FIRST_FILE,
        Operation.PUT,
        options.refusesToOverwrite(),
        options.preserves(),
        TransferId.ofUser("put", Endpoint.nameOf(server), NativePaths.identity(file), name),
        content.attributes(),
        name);
  }

  private Start start() throws UnsendableException {
    try {
      Start start = new Start(options.dialect(), 0, name, sizeBytes(), true);
      if (LabCodec.encodedBytes(start) <= Udp.MAX_PAYLOAD_BYTES) {
        return start;
      }
      throw new UnsendableException(
          Reason.NAME_NOT_EXPRESSIBLE, "the destination's name does not fit into a datagram");
    } catch (IllegalArgumentException e) {
      throw new UnsendableException(
          Reason.NAME_NOT_EXPRESSIBLE,
          String.format(
              Locale.ROOT,
              "lab mode cannot express the name '%s' at the server: it has '%s' in it, which"
                  + " separates the fields of a message; Ferry mode can",
              name,
              options.dialect().delimiter()),
          e);
    }
  }

  @Override
  public boolean skipsStart(Endpoint endpoint) {
    return endpoint.memory() != null
        && !endpoint.resumes()
        && security.mode() == SecurityOptions.Mode.EITHER;
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long sizeBytes() {
    return source.sizeBytes();
  }

  @Override
  public boolean preserves() {
    return options.preserves();
  }

  @Override
  public boolean isFetching() {
    return false;
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.release();
    }
    try {
      source.close();
    } catch (IOException e) {
      // The file was only read.
    }
  }
}

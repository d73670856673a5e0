package dev.ferry.runtime;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.storage.PipeDestination;
import dev.ferry.storage.RemoteName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The transfer of a file from the server to a stream, such as standard output, in Ferry mode. Goes
 * on by another connection where it broke off, within this process, if the file is still the same.
 */
public final class PipeDownload implements ClientTransfer {
  private final String name;
  private final OutputStream out;
  private final Path shown;
  private final Predicate<IOException> isReaderGone;
  private final SecurityOptions security;
  private @Nullable PipeDestination destination;
  private @Nullable ClientEngine engine;
  private volatile boolean readerGone;

  /**
   * A transfer that has written nothing yet. Drops a {@code ./} at the beginning of the name.
   *
   * @param out written to on a thread of its own, flushed at the end, and left open
   * @param shown what to call it
   * @param isReaderGone whether an error says that nobody reads any more
   * @param security with Ferry mode
   */
  public PipeDownload(
      String name,
      OutputStream out,
      Path shown,
      Predicate<IOException> isReaderGone,
      SecurityOptions security) {
    CipherWarmUp.start();
    this.name = RemoteName.withoutDot(name);
    this.out = out;
    this.shown = shown;
    this.isReaderGone = isReaderGone;
    this.security = security;
  }

  @Override
  public ClientEngine begin(Endpoint endpoint, EngineThread thread, long nowNs) throws IOException {
    ServerNames.check(name);
    PartialFileStore store = destination(thread);
    Open open =
        new Open(
            Frame.FIRST_FILE,
            Operation.GET,
            false,
            false,
            TransferId.ofUser("get", Endpoint.nameOf(endpoint.server()), name, "-"),
            new FileAttributes(0, 0, 0),
            name);
    TransferFactory factory = (context, begunNs) -> FileReceiver.get(context, open, store, begunNs);
    ClientEngine begun =
        ClientEngine.beginningInFerryMode(
            // All of it is digested as it is written; blocks are not there any more.
            endpoint.fetching(security).withChecks(TransportParameters.BY_SHA256),
            factory,
            new SecureRandom(),
            nowNs);
    engine = begun;
    return begun;
  }

  private PartialFileStore destination(EngineThread thread) {
    PipeDestination opened = destination;
    if (opened == null) {
      opened = new PipeDestination(out, thread, cause -> endIfReaderIsGone(cause, thread));
      destination = opened;
    }
    return opened;
  }

  /** If so it is no failure of anybody's: the transfer is stopped as by the user. */
  private boolean endIfReaderIsGone(IOException cause, EngineThread thread) {
    if (!isReaderGone.test(cause)) {
      return false;
    }
    readerGone = true;
    thread.execute(
        nowNs -> {
          if (engine != null) {
            engine.stop(nowNs);
          }
        });
    return true;
  }

  /** Whether it has ended because nobody reads any more. Thread-safe. */
  public boolean isReaderGone() {
    return readerGone;
  }

  @Override
  public boolean mayGoOn() {
    return !readerGone && (destination == null || destination.isAlive());
  }

  @Override
  public boolean isPiped() {
    return true;
  }

  @Override
  public boolean skipsStart(Endpoint endpoint) {
    return false; // There is none.
  }

  @Override
  public Path file() {
    return shown;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long sizeBytes() {
    return 0;
  }

  @Override
  public boolean preserves() {
    return false;
  }

  @Override
  public boolean isFetching() {
    return true;
  }

  /** The stream is its owner's, and is written to no more. */
  @Override
  public void close() {
    PipeDestination opened = destination;
    if (opened != null) {
      opened.close();
    }
  }
}

package dev.ferry.runtime;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.storage.FollowedFile;
import dev.ferry.storage.PipeInput;
import dev.ferry.storage.PipeSource;
import dev.ferry.storage.RemoteName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The transfer of content that comes bit by bit, such as that of standard input, to a file at the
 * server, in Ferry mode. What is read is gone: so no later command goes on with it, and another
 * connection of this one begins anew only as long as all that was read is still in memory.
 */
public final class PipeUpload implements ClientTransfer {
  private static final int MODE = 0b110_100_100;

  private final PipeInput input;

  /** The same if it is a file that is followed; else null. */
  private final @Nullable FollowedFile followed;

  private final Path shown;
  private final String name;
  private final TransferOptions options;
  private final SecurityOptions security;
  private final SecureRandom random = new SecureRandom();
  private final Bytes transferId = newTransferId();
  private volatile @Nullable PipeSource source;

  private PipeUpload(
      PipeInput input,
      @Nullable FollowedFile followed,
      Path shown,
      String name,
      TransferOptions options,
      SecurityOptions security) {
    CipherWarmUp.start();
    this.input = input;
    this.followed = followed;
    this.shown = shown;
    this.name = name;
    this.options = options;
    this.security = security;
  }

  /**
   * A transfer of a stream up to its end. Drops a {@code ./} at the beginning of the name.
   *
   * @param in read on a thread of its own, from the beginning of the transfer on; left open. A read
   *     that waits is not interrupted at the end: it ends when its owner closes the stream
   * @param shown what to call it
   * @param name of the file at the server
   * @param security with Ferry mode
   * @throws UnsendableException if the name cannot be expressed
   */
  public static PipeUpload of(
      InputStream in, Path shown, String name, TransferOptions options, SecurityOptions security)
      throws UnsendableException {
    String bareName = RemoteName.withoutDot(name);
    ServerNames.check(bareName);
    return new PipeUpload(in::read, null, shown, bareName, options, security);
  }

  /**
   * A transfer of a file, and of what is appended to it until {@link #end}. Drops a {@code ./} at
   * the beginning of the name.
   *
   * @param name of the file at the server
   * @param security with Ferry mode
   * @throws UnsendableException if the file cannot be read, or the name cannot be expressed
   */
  public static PipeUpload following(
      Path file, String name, TransferOptions options, SecurityOptions security)
      throws UnsendableException {
    String bareName = RemoteName.withoutDot(name);
    ServerNames.check(bareName);
    FollowedFile followed = Upload.opened(file, () -> FollowedFile.open(file));
    return new PipeUpload(followed, followed, file, bareName, options, security);
  }

  /** What is in the followed file now is the rest of it. Thread-safe. */
  public void end() {
    if (followed != null) {
      followed.end();
    }
  }

  /** Nobody else goes on with it. */
  private Bytes newTransferId() {
    byte[] id = new byte[Open.TRANSFER_BYTES];
    random.nextBytes(id);
    return Bytes.copyOf(id);
  }

  @Override
  public ClientEngine begin(Endpoint endpoint, EngineThread thread, long nowNs) {
    PipeSource content = source;
    if (content == null) {
      content = new PipeSource(input, thread);
      source = content;
      content.start();
    }
    PipeSource opened = content;
    Open open =
        new Open(
            Frame.FIRST_FILE,
            Operation.PUT,
            options.refusesToOverwrite(),
            false,
            transferId,
            new FileAttributes(FileAttributes.UNKNOWN_SIZE, 0, MODE),
            name);
    TransferFactory factory =
        (context, begunNs) -> FileSender.stream(context, open, opened.attempt(), begunNs);
    return ClientEngine.beginningInFerryMode(endpoint.sending(security), factory, random, nowNs);
  }

  @Override
  public boolean mayGoOn() {
    PipeSource content = source;
    return content == null || content.isAtBeginning();
  }

  @Override
  public boolean isPiped() {
    return true;
  }

  /** How much has arrived, in bytes. Thread-safe. */
  public long deliveredBytes() {
    PipeSource content = source;
    return content == null ? 0 : content.deliveredBytes();
  }

  @Override
  public long sizeAtEnd(long saidBytes) {
    PipeSource content = source;
    return content == null ? saidBytes : content.readBytes();
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
    return FileAttributes.UNKNOWN_SIZE;
  }

  @Override
  public boolean preserves() {
    return false;
  }

  @Override
  public boolean isFetching() {
    return false;
  }

  /** Closes the followed file; any other input is its owner's, and is read no more. */
  @Override
  public void close() {
    PipeSource content = source;
    if (content != null) {
      content.close();
    }
    try {
      if (followed != null) {
        followed.close();
      }
    } catch (IOException e) {
      // The file was only read.
    }
  }
}

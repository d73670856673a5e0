package dev.ferry.examples.download;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.examples.support.Operands;
import dev.ferry.examples.support.Tcp;
import dev.ferry.framing.ControlPacket;
import dev.ferry.framing.ControlPacket.Opcode;
import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.storage.DiskLabStore;
import dev.ferry.storage.FairWorkers;
import dev.ferry.storage.StoreOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a file. The content goes to a part file, which gets its name only when it is complete:
 * under the name there is the whole file or none.
 */
public final class DownloadClient {
  private final LabStore store;

  /**
   * Sets up.
   *
   * @param store makes the part file and publishes it
   */
  public DownloadClient(LabStore store) {
    this.store = store;
  }

  /**
   * The program.
   *
   * @param operands server, name, directory, and the largest size
   */
  public static void run(List<String> operands, PrintStream out)
      throws CommandException, IOException {
    HostPort server = HostPort.parse(operands.get(0));
    String name = operands.get(1);
    Path directory = Path.of(operands.size() > 2 ? operands.get(2) : ".");
    long maxBytes = operands.size() > 3 ? Operands.size(operands.get(3)) : ControlPacket.MAX_SIZE;
    DownloadClient client = new DownloadClient(store(directory, maxBytes));
    try (Socket socket = Tcp.connect(server)) {
      long size = client.fetch(name, socket);
      out.println("fetched '" + Escaper.escape(name) + "', " + size + " bytes");
    }
  }

  /**
   * A directory as a place for files that are not there yet.
   *
   * @param maxBytes the largest file
   */
  public static LabStore store(Path directory, long maxBytes) throws CommandException {
    StoreOptions options = new StoreOptions(false, maxBytes, 0);
    try {
      return DiskLabStore.open(
          directory,
          options,
          new DiskLabStore.Workers(Runnable::run, new FairWorkers(Runnable::run), Runnable::run),
          task -> task.accept(0));
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.CONFIGURATION, "the directory cannot be used: " + Escaper.escape(e.toString()));
    }
  }

  /**
   * Fetches a file.
   *
   * @return its size in bytes
   * @throws CommandException if one of the two ends refuses
   * @throws IOException if the connection or the disk fails; there is nothing under the name then
   */
  public long fetch(String name, Socket socket) throws CommandException, IOException {
    ControlStream stream = new ControlStream(socket);
    request(name, stream);
    ControlPacket header = stream.receive();
    if (header.opcode() == Opcode.NAK) {
      throw new CommandException(
          ExitCode.REFUSED, "the server says: " + Escaper.escape(header.text()));
    } else if (header.opcode() != Opcode.ACK) {
      throw new ProtocolException("a packet out of place: " + header.opcode());
    }
    IncomingFile sink = open(name, header.size(), stream);
    boolean isWhole = false;
    try {
      stream.send(Opcode.ACK, 0, "");
      receive(header.size(), sink, stream);
      isWhole = true;
    } finally {
      if (!isWhole) {
        sink.discard();
      }
    }
    publish(sink);
    sayThanks(stream);
    return header.size();
  }

  private static void request(String name, ControlStream stream)
      throws CommandException, IOException {
    try {
      stream.send(Opcode.REQUEST, 0, name);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "the name cannot be sent: " + e.getMessage());
    }
  }

  /** Opens a part file, or tells the server why there is none. */
  private IncomingFile open(String name, long size, ControlStream stream)
      throws CommandException, IOException {
    try {
      RefusalReason reason = store.check(name, size);
      if (reason != null) {
        throw new StorageException(reason, reason.toString());
      }
      return store.create(name, size);
    } catch (StorageException e) {
      stream.send(Opcode.NAK, 0, e.reason().toString());
      throw new CommandException(
          ExitCode.CANNOT_CREATE, "not fetched: " + Escaper.escape(String.valueOf(e.getMessage())));
    }
  }

  private static void receive(long size, IncomingFile sink, ControlStream stream)
      throws IOException {
    for (long received = 0; received < size; ) {
      ByteBuffer data = stream.receiveData(size - received);
      int length = data.remaining();
      sink.write(received, data);
      received += length;
    }
  }

  private static void publish(IncomingFile sink) throws StorageException {
    CompletableFuture<@Nullable StorageException> outcome = new CompletableFuture<>();
    sink.publish(
        new IncomingFile.PublicationListener() {
          @Override
          public void published(@Nullable String sha256Hex, long nowNs) {
            outcome.complete(null);
          }

          @Override
          public void failed(StorageException cause, long nowNs) {
            outcome.complete(cause);
          }
        });
    StorageException failure = outcome.join();
    if (failure != null) {
      throw failure;
    }
  }

  private static void sayThanks(ControlStream stream) {
    try {
      stream.send(Opcode.END, 0, "");
    } catch (IOException e) {
      // The file is here, even if the server does not hear of it.
    }
  }
}

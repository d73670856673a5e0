package dev.ferry.protocol.server;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.BatchFile;
import dev.ferry.protocol.client.ClientConfig;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.client.FileBatch;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.transfer.Question;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.SimPartialFileStore;
import dev.ferry.testkit.sim.SimSourceFile;
import dev.ferry.transport.TcpTransport;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** A client in the simulator that transfers many files in one command. */
final class FerryBatch {
  private static final long DISK_NS = 3 * Nanos.MILLISECOND;

  final Host client;

  /** Where gets go. */
  final SimPartialFileStore destination;

  /** The content of each file. */
  final Map<String, byte[]> contents = new LinkedHashMap<>();

  final Map<String, TransferEvent.Finished> finished = new LinkedHashMap<>();
  final Map<String, TransferFailure> failed = new LinkedHashMap<>();

  ClientEngine engine;
  List<ClientEvent> events = List.of();
  int connections;
  private final boolean puts;
  private final RandomGenerator random;
  private final Map<String, byte[]> offered;
  private final Queue<BatchFile> source = new ArrayDeque<>();
  private final FileBatch files;
  private boolean overStream;
  private boolean takesEarly;
  private boolean open;

  FerryBatch(boolean puts, Host client, RandomGenerator random, Map<String, byte[]> offered) {
    this.puts = puts;
    this.client = client;
    this.random = random;
    this.offered = offered;
    this.destination = new SimPartialFileStore(client, DISK_NS, DISK_NS);
    this.files =
        new FileBatch(
            new FileBatch.Source() {
              @Override
              public BatchFile poll() {
                return source.poll();
              }

              @Override
              public boolean isExhausted() {
                return source.isEmpty() && !open;
              }
            });
  }

  /** More files are to come: {@link #end} says when there are none. */
  FerryBatch toBeContinued() {
    open = true;
    return this;
  }

  void end() {
    open = false;
    client.execute(nowNs -> {});
  }

  /** What it fetches may come before it has accepted it. */
  FerryBatch takingEarly() {
    takesEarly = true;
    return this;
  }

  /** Its packets go over a stream. */
  FerryBatch overStream() {
    overStream = true;
    return this;
  }

  /** One more file. */
  void add(String name, byte[] content) {
    add(name, content, null);
  }

  /** One more file, which cannot be read once it is open, or not even opened. */
  void addFailing(String name, byte[] content, boolean opens) {
    add(name, content, new Trouble(opens));
  }

  /** What the server answers to questions, by their names: attributes, and digests. */
  final Map<String, String> answers = new LinkedHashMap<>();

  /** A question about a file of the server's. */
  void ask(String name, boolean attributesOnly) {
    byte[] transfer = new byte[Open.TRANSFER_BYTES];
    random.nextBytes(transfer);
    Item item = new Item(name, new byte[0], Bytes.copyOf(transfer), null);
    source.add(
        new ForwardingItem(item) {
          @Override
          public boolean isAnswered(Predicate<Operation> answered) {
            return answered.test(Operation.VERIFY);
          }

          @Override
          public TransferFactory prepare() {
            FileAttributes none = new FileAttributes(0, 0, 0);
            return (context, nowNs) ->
                Question.ask(
                    context,
                    new Open(
                        context.file(),
                        Operation.VERIFY,
                        attributesOnly,
                        true,
                        item.transfer,
                        none,
                        name),
                    (file, sha256) ->
                        answers.put(
                            name, file.sizeBytes() + " " + HexFormat.of().formatHex(sha256)),
                    nowNs);
          }
        });
  }

  /** Something else than a file, with the outcomes of one. */
  private abstract static class ForwardingItem implements BatchFile {
    private final Item item;

    ForwardingItem(Item item) {
      this.item = item;
    }

    @Override
    public long sizeBytes() {
      return 0;
    }

    @Override
    public FileKind kind() {
      return FileKind.FILE;
    }

    @Override
    public void notTaken() {
      throw new AssertionError("nothing is sent");
    }

    @Override
    public void started(TransferEvent.Started event) {}

    @Override
    public void progress(long doneBytes, long nowNs) {}

    @Override
    public void finished(TransferEvent.Finished event) {
      item.finished(event);
    }

    @Override
    public void failed(TransferFailure failure) {
      item.failed(failure);
    }
  }

  private record Trouble(boolean opens) {}

  private void add(String name, byte[] content, Trouble trouble) {
    contents.put(name, content);
    if (!puts) {
      offered.put(name, content);
    }
    byte[] transfer = new byte[Open.TRANSFER_BYTES];
    random.nextBytes(transfer);
    source.add(new Item(name, content, Bytes.copyOf(transfer), trouble));
  }

  /** Begins, or goes on by another connection. */
  void run(long nowNs) {
    connections++;
    ClientConfig config =
        overStream
            ? ClientConfig.of(FerrySim.ADDRESS, HandshakeCodec.STREAM_PACKET_BYTES)
                .overStream(TcpTransport.FIRST_PACKETS)
            : ClientConfig.of(FerrySim.ADDRESS, FerryCommand.DATAGRAM_BYTES);
    config = config.withObserver(client.observer());
    config = puts ? config : config.fetching(null);
    engine = ClientEngine.beginningInFerryMode(config, files, random, nowNs);
    events = client.run(engine);
  }

  /** How the connection ended; null if it has not. */
  ClientEvent outcome() {
    ClientEvent last = events.isEmpty() ? null : events.get(events.size() - 1);
    return last instanceof ClientEvent.Connected ? null : last;
  }

  boolean isConnectionOver() {
    return outcome() != null;
  }

  boolean isOver() {
    return files.isOver();
  }

  void abandon(TransferFailure failure) {
    files.abandon(failure);
  }

  private final class Item implements BatchFile {
    @Override
    public FileKind kind() {
      return FileKind.FILE;
    }

    @Override
    public void notTaken() {
      throw new IllegalStateException("every server takes regular files");
    }

    private final String name;
    private final byte[] content;
    private final Bytes transfer;
    private final Trouble trouble;

    Item(String name, byte[] content, Bytes transfer, Trouble trouble) {
      this.name = name;
      this.content = content;
      this.transfer = transfer;
      this.trouble = trouble;
    }

    @Override
    public long sizeBytes() {
      return puts ? content.length : 0;
    }

    @Override
    public TransferFactory prepare() throws IOException {
      if (trouble != null && !trouble.opens()) {
        outcome(name, new TransferFailure.SourceFailed(new IOException("no such file")));
        throw new IOException("no such file");
      }
      return (context, nowNs) -> {
        if (!puts) {
          FileAttributes none = new FileAttributes(0, 0, 0);
          return FileReceiver.get(context, open(context.file(), none), destination, nowNs);
        }
        SimSourceFile file = new SimSourceFile(client, content, FerryCommand.MODIFIED_NS, DISK_NS);
        if (trouble != null) {
          file.fail(new IOException("cannot be read"));
        }
        return FileSender.put(context, open(context.file(), file.attributes()), file, nowNs);
      };
    }

    private Open open(int file, FileAttributes attributes) {
      Operation operation = puts ? Operation.PUT : Operation.GET;
      return new Open(
          file, operation, false, true, transfer, attributes, name, takesEarly && !puts);
    }

    @Override
    public void started(TransferEvent.Started event) {}

    @Override
    public void progress(long doneBytes, long nowNs) {}

    @Override
    public void finished(TransferEvent.Finished event) {
      if (failed.containsKey(name) || finished.containsKey(name)) {
        throw new IllegalStateException("two outcomes for " + name);
      }
      finished.put(name, event);
    }

    @Override
    public void failed(TransferFailure failure) {
      outcome(name, failure);
    }

    private void outcome(String of, TransferFailure failure) {
      if (finished.containsKey(of) || failed.put(of, failure) != null) {
        throw new IllegalStateException("two outcomes for " + of);
      }
    }
  }
}

package dev.ferry.protocol.server;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientConfig;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabSender;
import dev.ferry.protocol.lab.LabSender.HandOver;
import dev.ferry.protocol.lab.RetransmissionPolicy;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.SimPartialFileStore;
import dev.ferry.testkit.sim.SimSourceFile;
import dev.ferry.transport.TcpTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * What a user of a client wants: one file, there or back. May be run again and again, as a command
 * can be; what it has received so far survives, as on a disk.
 */
final class FerryCommand {
  static final int DATAGRAM_BYTES = 1472;
  static final long MODIFIED_NS = 1_700_000_000_123_456_789L;
  private static final long DISK_NS = 3 * Nanos.MILLISECOND;

  final Manner manner;
  final String name;
  final Bytes transfer;
  final Host client;

  /** Where a get puts the file. */
  final SimPartialFileStore destination;

  /** What the file may be, in its life. */
  final List<byte[]> contents = new ArrayList<>();

  private final RandomGenerator random;
  private SharedSecret secret;
  private boolean overStream;
  private CongestionAlgorithm asked;
  private PathMemory memory;
  private int receiveBufferBytes;

  /** Whether the program ended before its engine had. */
  boolean left;

  /** What somebody on the way does to what the client sends; null for nobody. */
  UnaryOperator<byte[]> tampering;

  /** How late its timers come. */
  long lateNs;

  SimSourceFile source;
  ClientEngine engine;
  List<ClientEvent> events = List.of();
  int runs;

  FerryCommand(
      Manner manner,
      String name,
      byte[] content,
      Bytes transfer,
      Host client,
      RandomGenerator random) {
    this.manner = manner;
    this.name = name;
    this.transfer = transfer;
    this.client = client;
    this.random = random;
    this.destination = new SimPartialFileStore(client, DISK_NS, DISK_NS);
    contents.add(content);
  }

  /** The client has this secret. */
  FerryCommand withSecret(SharedSecret newSecret) {
    secret = newSecret;
    return this;
  }

  /** It asks for congestion control of what is sent to it. */
  FerryCommand asking(CongestionAlgorithm newAsked) {
    asked = newAsked;
    return this;
  }

  /** Nothing but memory tells it that the server speaks Ferry mode. */
  FerryCommand remembering(PathMemory newMemory) {
    memory = newMemory;
    return this;
  }

  /** Its socket holds so much; 0 if it does not say. */
  FerryCommand receivingInto(int bytes) {
    receiveBufferBytes = bytes;
    return this;
  }

  /** Its packets go over a stream. */
  FerryCommand overStream() {
    overStream = true;
    return this;
  }

  byte[] content() {
    return contents.get(contents.size() - 1);
  }

  boolean isPut() {
    return manner != Manner.GET;
  }

  /** Starts the client, in place of the one that runs. */
  void run(long nowNs) {
    runs++;
    ClientConfig config =
        overStream
            ? ClientConfig.of(FerrySim.ADDRESS, HandshakeCodec.STREAM_PACKET_BYTES)
                .overStream(TcpTransport.FIRST_PACKETS)
            : ClientConfig.of(FerrySim.ADDRESS, DATAGRAM_BYTES);
    config = config.withSecret(secret).withObserver(client.observer());
    config = isPut() ? config : config.fetching(asked);
    config = config.withReceiveBuffer(receiveBufferBytes);
    config = memory == null ? config : config.withMemory(memory).trustingMemory();
    source = new SimSourceFile(client, content(), MODIFIED_NS, DISK_NS);
    engine =
        manner == Manner.PUT_VIA_LAB
            ? ClientEngine.beginningAsLab(lab(), content().length, config, factory(), random)
            : ClientEngine.beginningInFerryMode(config, factory(), random, nowNs);
    Engine<ClientEvent> driven = lateNs == 0 ? engine : new Late<>(engine, lateNs);
    events = client.run(tampering == null ? driven : new Tampered<>(driven, tampering));
  }

  private LabSender lab() {
    Start start = new Start(Dialect.SPACED, 0, name, content().length, true);
    return new LabSender(
        FerrySim.ADDRESS,
        start,
        source,
        DATAGRAM_BYTES,
        RetransmissionPolicy.START,
        HandOver.IF_POSSIBLE);
  }

  private TransferFactory factory() {
    FileAttributes file = isPut() ? source.attributes() : new FileAttributes(0, 0, 0);
    Operation operation = isPut() ? Operation.PUT : Operation.GET;
    Open open = new Open(0, operation, false, true, transfer, file, name);
    return (context, nowNs) -> {
      if (!isPut()) {
        return FileReceiver.get(context, open, destination, nowNs);
      }
      if (source.isReleased()) { // By the connection before this one.
        source = new SimSourceFile(client, content(), MODIFIED_NS, DISK_NS);
      }
      return FileSender.put(context, open, source, nowNs);
    };
  }

  /** The program ends, and the user goes on; as soon as it may. */
  void leave() {
    if (!engine.mayLeave(0)) {
      throw new IllegalStateException("the client has something to do");
    }
    left = true;
    client.kill();
  }

  /** The client's machine fails. */
  void kill() {
    client.kill();
    destination.crash();
  }

  private ClientEvent last() {
    return events.isEmpty() ? null : events.get(events.size() - 1);
  }

  boolean isOver() {
    return last() instanceof ClientEvent.Completed || last() instanceof ClientEvent.Failed;
  }

  boolean isCompleted() {
    return last() instanceof ClientEvent.Completed;
  }

  /** Why the last run failed; null if it did not. */
  TransferFailure failure() {
    return last() instanceof ClientEvent.Failed failed ? failed.failure() : null;
  }

  /** What the other end, or a get this end, had already; −1 if no answer came. */
  long resumedBytes() {
    return events.stream()
        .filter(ClientEvent.Connected.class::isInstance)
        .mapToLong(event -> ((ClientEvent.Connected) event).resumedBytes())
        .findFirst()
        .orElse(-1);
  }
}

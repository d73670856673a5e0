package dev.ferry.bench;

import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.lab.LabCodec;
import dev.ferry.protocol.lab.LabMessage;
import dev.ferry.protocol.lab.LabMessage.Ack;
import dev.ferry.protocol.lab.LabMessage.Data;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabMessage.ToClient;
import dev.ferry.protocol.lab.LabMessage.ToServer;
import dev.ferry.protocol.util.Udp;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to write and to read each message of a transfer. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class LabCodecBenchmark {
  private static final long SEQNO = 34_567;
  private static final int FRAME_BYTES = 1472;

  private final Start start = new Start(Dialect.SPACED, 0, "photos/2026/a.jpg", 50_000_000, true);
  private final Ack ack = Ack.ofData(Dialect.SPACED, SEQNO + 1);
  private final Data data = new Data(Dialect.SPACED, SEQNO, payload());
  private final ByteBuffer encodedStart = encoded(start);
  private final ByteBuffer encodedAck = encoded(ack);
  private final ByteBuffer encodedData = encoded(data);
  private final ByteBuffer scratch = ByteBuffer.allocate(Udp.MAX_PAYLOAD_BYTES);

  private static ByteBuffer payload() {
    return ByteBuffer.allocate(FRAME_BYTES - LabCodec.dataHeaderBytes(Dialect.SPACED, SEQNO));
  }

  private static ByteBuffer encoded(LabMessage message) {
    ByteBuffer buffer = ByteBuffer.allocate(Udp.MAX_PAYLOAD_BYTES);
    LabCodec.encode(message, buffer);
    return buffer.flip();
  }

  /** By the client, once a transfer. */
  @Benchmark
  public ByteBuffer encodeStart() {
    LabCodec.encode(start, scratch.clear());
    return scratch;
  }

  /** By the server, once a transfer. */
  @Benchmark
  public @Nullable ToServer decodeStart() {
    return LabCodec.decodeFromClient(encodedStart.duplicate());
  }

  /** By the client, for every chunk. */
  @Benchmark
  public ByteBuffer encodeDataHeader() {
    LabCodec.encodeDataHeader(Dialect.SPACED, SEQNO, scratch.clear());
    return scratch;
  }

  /** By the server, for every chunk. */
  @Benchmark
  public @Nullable ToServer decodeData() {
    return LabCodec.decodeFromClient(encodedData.duplicate());
  }

  /** By the server, for every chunk. */
  @Benchmark
  public ByteBuffer encodeAck() {
    LabCodec.encode(ack, scratch.clear());
    return scratch;
  }

  /** By the client, for every chunk. */
  @Benchmark
  public @Nullable ToClient decodeAck() {
    return LabCodec.decodeFromServer(encodedAck.duplicate());
  }
}

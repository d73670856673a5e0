package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ImpairmentText;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.proxy.core.Arrival;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.core.Flow;
import dev.ferry.proxy.core.ProxyEngine;
import dev.ferry.proxy.trace.TraceWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * The trace of an upload by the lab's rules through a proxy, in virtual time: a naive client that
 * repeats what is not answered within half a second, and a server that answers everything.
 */
final class LabCourse {
  private static final long TIMEOUT_NS = 500 * Nanos.MILLISECOND;
  private static final long ANSWER_NS = 300 * Nanos.MICROSECOND;
  private static final int CHUNK_BYTES = 1464;
  private static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);

  private final ProxyEngine engine;
  private final Flow flow;
  private final StringBuilder trace = new StringBuilder();
  private final String name;
  private final int chunks;
  private int next;
  private long nowNs;
  private long repeatNs;

  private LabCourse(String impairment, long seed, String name, int chunks) throws CommandException {
    ImpairmentSpec spec = ImpairmentText.apply(ImpairmentSpec.NONE, impairment);
    this.engine = new ProxyEngine(spec, spec, seed, 1, Nanos.NEVER);
    this.name = name;
    this.chunks = chunks;
    engine.attach(new TraceWriter(0, line -> trace.append(new String(line, UTF_8))));
    this.flow = engine.open(CLIENT, 0);
  }

  static String trace(String impairment, long seed, int chunks) {
    return trace(impairment, seed, "notes.txt", chunks);
  }

  /** The trace of an upload of so many whole chunks. */
  static String trace(String impairment, long seed, String name, int chunks) {
    try {
      return new LabCourse(impairment, seed, name, chunks).run();
    } catch (CommandException e) {
      throw new AssertionError(impairment, e);
    }
  }

  private String run() {
    send();
    while (next <= chunks) {
      nowNs = Math.max(nowNs, Nanos.earlier(engine.nextTimeout(), repeatNs));
      for (Arrival a = engine.poll(nowNs); a != null; a = engine.poll(nowNs)) {
        engine.sent(a, nowNs);
        arrive(a);
      }
      if (Nanos.isDue(repeatNs, nowNs) && next <= chunks) {
        send();
      }
    }
    return trace.toString();
  }

  private void arrive(Arrival arrival) {
    String text = UTF_8.decode(arrival.payload().duplicate()).toString();
    if (arrival.direction() == Direction.UP) {
      nowNs += ANSWER_NS;
      String[] fields = text.split(" \\| ", -1);
      if (fields.length > 2 && fields[1].matches("[0-9]{1,9}")) {
        long expected = Long.parseLong(fields[1]) + 1;
        String buffer = text.startsWith("s") ? " | 1472" : "";
        handle(Direction.DOWN, "a | " + expected + buffer);
      }
    } else if (text.equals(next == 0 ? "a | 1 | 1472" : "a | " + (next + 1))) {
      next++;
      if (next <= chunks) {
        send();
      }
    }
  }

  private void send() {
    nowNs += ANSWER_NS;
    String start = "s | 0 | " + name + " | " + (long) chunks * CHUNK_BYTES;
    handle(Direction.UP, next == 0 ? start : "d | " + next + " | " + "x".repeat(CHUNK_BYTES));
    repeatNs = nowNs + TIMEOUT_NS;
  }

  private void handle(Direction direction, String text) {
    engine.handle(flow, direction, ByteBuffer.wrap(text.getBytes(UTF_8)), nowNs);
  }
}

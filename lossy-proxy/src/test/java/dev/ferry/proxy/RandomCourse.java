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
import dev.ferry.proxy.core.Tap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * A random course of things at a proxy, all of which follows from one number: what the network is
 * to do, who sends what when, and when the proxy looks at the clock.
 */
final class RandomCourse {
  private static final int STEPS = 300;
  private static final long IDLE_NS = Nanos.SECOND;
  private static final int MAX_FLOWS = 3;
  private static final int CLIENTS = 4;

  private final Random random;
  private final long originNs;
  private long nowNs;

  /**
   * Creates a course.
   *
   * @param number the same number gives the same course
   * @param originNs the time at which it begins
   */
  RandomCourse(long number, long originNs) {
    this.random = new Random(number);
    this.originNs = originNs;
  }

  /** Lets a proxy with the seed go through it. */
  void run(long seed, Tap tap) {
    ProxyEngine engine = new ProxyEngine(spec(), spec(), seed, MAX_FLOWS, IDLE_NS);
    engine.attach(tap);
    nowNs = originNs;
    for (int step = 0; step < STEPS; step++) {
      nowNs += (long) StrictMath.exp(random.nextDouble() * 18); // 1 ns to 66 ms
      datagram(engine);
      if (random.nextInt(3) == 0) {
        drain(engine);
      }
      if (random.nextInt(100) == 0) {
        engine.reconfigure(spec(), spec());
      }
    }
    nowNs += 100 * Nanos.SECOND;
    drain(engine);
  }

  private void datagram(ProxyEngine engine) {
    InetSocketAddress client =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1000 + random.nextInt(CLIENTS));
    Flow known = engine.flow(client);
    Flow flow = known == null ? engine.open(client, nowNs) : known;
    Direction direction = random.nextBoolean() ? Direction.UP : Direction.DOWN;
    engine.handle(flow, direction, payload(), nowNs);
    while (engine.expire(nowNs) != null) {
      // Its datagrams under way arrive all the same.
    }
  }

  private void drain(ProxyEngine engine) {
    for (Arrival next = engine.poll(nowNs); next != null; next = engine.poll(nowNs)) {
      engine.sent(next, nowNs);
    }
  }

  private ByteBuffer payload() {
    int number = random.nextInt(50);
    byte[] noise = new byte[random.nextInt(1500)];
    random.nextBytes(noise);
    return switch (random.nextInt(5)) {
      case 0 -> text("s | " + number + " | name " + number + " | " + noise.length);
      case 1 -> text("d|" + number + "|" + "x".repeat(noise.length));
      case 2 -> text("a | " + number + " | 1472");
      case 3 -> text("a|" + number);
      default -> ByteBuffer.wrap(noise);
    };
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  /** Everything at once; there is always some chance in it. */
  private ImpairmentSpec spec() {
    List<String> properties =
        List.of(
            "loss=" + List.of("20%", "50%", "burst:20%:3", "burst:40%:1.5").get(random.nextInt(4)),
            "delay=" + random.nextInt(100) + "ms",
            "jitter=" + random.nextInt(20) + "ms:" + shape() + ":" + random.nextInt(99) + "%",
            "reorder=" + random.nextInt(100) + "%:" + random.nextInt(50) + "ms",
            "duplicate=" + random.nextInt(100) + "%",
            "replay=" + random.nextInt(100) + "%",
            "corrupt=" + random.nextInt(100) + "%",
            "truncate=" + random.nextInt(100) + "%",
            "rate=" + (1 + random.nextInt(50)) + "mbit",
            "queue=" + (1 + random.nextInt(100)) + "ms",
            "rebind=" + (1 + random.nextInt(900)) + "ms",
            "mtu=" + (200 + random.nextInt(1400)),
            "blackhole=" + (100 + random.nextInt(900)) + "ms/" + random.nextInt(200) + "ms");
    try {
      return ImpairmentText.apply(ImpairmentSpec.NONE, String.join(",", properties));
    } catch (CommandException e) {
      throw new AssertionError(properties.toString(), e);
    }
  }

  private String shape() {
    return List.of("uniform", "normal", "pareto").get(random.nextInt(3));
  }
}

package dev.ferry.protocol.server;

import dev.ferry.protocol.util.AddressKey;
import dev.ferry.testkit.sim.Simulation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A program that reaches all limits of a server at the same time in the heap that it is given, and
 * prints what that takes. It fails if that is more than {@link ServerMemory} says, or if somebody
 * who came before cannot go on.
 */
public final class AllLimits {
  /** How many peers {@code LocalUdpSocket} remembers. */
  private static final int HEARD = 1 << 14;

  /** Enough of them hold all memory that there is for files. */
  private static final int CONNECTIONS_OF_MANY = 8;

  private AllLimits() {}

  private static long usedBytes() {
    System.gc();
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Runs without arguments. */
  public static void main(String[] arguments) {
    ServerMemory limits = ServerMemory.ofHeap(Runtime.getRuntime().maxMemory());
    require(limits::fits, "the limits do not fit into the heap");
    Strangers strangers = new Strangers(limits);
    Strangers.HonestClient honest = strangers.new HonestClient(); // Loads the ciphers.
    long before = usedBytes();
    repeat(limits.limits().halfOpen(), strangers::startInLabMode);
    repeat(limits.limits().remembered(), strangers::finishInLabMode);
    repeat(limits.limits().sessions(), strangers::sendInLabMode);
    int sessions = limits.limits().sessions() - 1;
    int overStreams = Math.min(sessions, limits.streams());
    repeat(overStreams, strangers::transferByStream);
    repeat(sessions - overStreams, strangers::transfer);
    repeat(limits.streams() - overStreams + 10, strangers::connectByStream);
    repeat(CONNECTIONS_OF_MANY, strangers::openManyFiles);
    repeat(limits.connections() + 10, strangers::connect);
    repeat(limits.halfOpen() + 10, strangers::shakeHands);
    strangers.holdAllBytes();
    Map<AddressKey, Object> heardAt = heardAtSockets();

    long used = usedBytes() - before;
    long granted = limits.neededBytes() - ServerMemory.PROGRAM_BYTES;
    System.out.println("used " + used + " of " + granted + " bytes: " + strangers.counts());
    require(() -> used <= granted, "more is used than was said");
    require(() -> heardAt.size() == HEARD, "some peers are not remembered");
    require(() -> strangers.isFull(limits), "not all limits are reached");
    repeat(100, () -> require(honest::goOn, "the honest client gets no answer"));
    System.out.println("done");
  }

  /** What the transport of a server with several addresses remembers of everybody. */
  private static Map<AddressKey, Object> heardAtSockets() {
    Map<AddressKey, Object> heardAt = new LinkedHashMap<>();
    for (int i = 0; i < HEARD; i++) {
      heardAt.put(AddressKey.of(Simulation.address(1 + i / 50_000, 1 + i % 50_000), 1), HEARD);
    }
    return heardAt;
  }

  private static void repeat(int times, Runnable action) {
    for (int i = 0; i < times; i++) {
      action.run();
    }
  }

  private static void require(BooleanSupplier condition, String complaint) {
    if (!condition.getAsBoolean()) {
      throw new IllegalStateException(complaint);
    }
  }
}

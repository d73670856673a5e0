package dev.ferry.protocol.server;

import java.util.function.BooleanSupplier;

/**
 * A program that reaches all limits of a server at the same time in the heap that it is given, and
 * prints what that takes. It fails if that is more than {@link ServerMemory} says, or if somebody
 * who came before cannot go on.
 */
public final class AllLimits {
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
    repeat(limits.connections() + 10, strangers::connect);
    repeat(limits.halfOpen() + 10, strangers::shakeHands);
    strangers.holdAllBytes();

    long used = usedBytes() - before;
    long granted = limits.neededBytes() - ServerMemory.PROGRAM_BYTES;
    System.out.println("used " + used + " of " + granted + " bytes: " + strangers.counts());
    require(() -> used <= granted, "more is used than was said");
    require(() -> strangers.isFull(limits), "not all limits are reached");
    repeat(100, () -> require(honest::goOn, "the honest client gets no answer"));
    System.out.println("done");
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

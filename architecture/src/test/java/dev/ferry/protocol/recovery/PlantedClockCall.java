package dev.ferry.protocol.recovery;

/** Loss recovery that looks at a clock. Never run. */
public final class PlantedClockCall {
  long offend() {
    return System.nanoTime();
  }
}

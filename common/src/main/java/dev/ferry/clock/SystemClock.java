package dev.ferry.clock;

/** The only reader of the machine's clock. */
@TheOneClock
enum SystemClock implements NanoClock {
  INSTANCE;

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }
}

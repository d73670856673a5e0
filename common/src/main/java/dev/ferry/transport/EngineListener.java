package dev.ferry.transport;

/**
 * What a loop tells besides driving an engine; called on the loop's thread.
 *
 * @param <E> what the engine reports
 */
public interface EngineListener<E> {
  /** The engine reports something. */
  void onEvent(E event, long nowNs);

  /** The loop is about to wait. */
  default void beforeWait(long nowNs) {}
}

package dev.ferry.transport;

/**
 * Gets the events of an engine that a loop drives. Called on the loop's thread.
 *
 * @param <E> the events of the engine
 */
public interface EngineListener<E> {
  /** The engine reports an event. */
  void onEvent(E event, long nowNs);

  /** The loop is about to wait. */
  default void beforeWait(long nowNs) {}
}

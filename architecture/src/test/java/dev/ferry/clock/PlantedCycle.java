package dev.ferry.clock;

import dev.ferry.transport.EventLoop;

/** A clock that knows the event loop, which knows the clocks. Never run. */
public final class PlantedCycle {
  Object offend() {
    return EventLoop.class;
  }
}

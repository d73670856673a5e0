package dev.ferry.storage;

import dev.ferry.framing.StreamFraming;

/** Storage that knows how packets travel over TCP. Never run. */
public final class PlantedWrongDependency {
  Object offend() {
    return StreamFraming.LENGTH;
  }
}

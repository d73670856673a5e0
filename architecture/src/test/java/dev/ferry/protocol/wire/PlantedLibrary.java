package dev.ferry.protocol.wire;

import com.google.common.collect.ImmutableList;

/** A codec that needs a library. Never run. */
public final class PlantedLibrary {
  Object offend() {
    return ImmutableList.of();
  }
}

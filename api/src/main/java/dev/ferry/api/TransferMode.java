package dev.ferry.api;

import dev.ferry.protocol.client.ClientEvent;

/** How a file travelled, which depends on what the server turned out to be. */
public enum TransferMode {
  /** With a server of the lab: one packet at a time, unencrypted. */
  LAB,
  /** With a Ferry server, as {@link #LAB}, because the client insisted. */
  STOP_AND_WAIT,
  /** With a Ferry server: encrypted, many packets in flight, resumed where it stopped. */
  FERRY;

  static TransferMode of(ClientEvent.Mode mode) {
    return switch (mode) {
      case LAB -> LAB;
      case STOP_AND_WAIT -> STOP_AND_WAIT;
      case FERRY -> FERRY;
    };
  }
}

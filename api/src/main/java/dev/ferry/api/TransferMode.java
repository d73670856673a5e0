package dev.ferry.api;

import dev.ferry.protocol.client.ClientEvent;

/** The protocol of a transfer, which depends on the server. */
public enum TransferMode {
  /** Lab mode with a server of the lab: unencrypted, one packet at a time. */
  LAB,
  /** Lab mode with a Ferry server. */
  STOP_AND_WAIT,
  /** Ferry mode: encrypted, many packets in flight, resumable. */
  FERRY;

  static TransferMode of(ClientEvent.Mode mode) {
    return switch (mode) {
      case LAB -> LAB;
      case STOP_AND_WAIT -> STOP_AND_WAIT;
      case FERRY -> FERRY;
    };
  }
}

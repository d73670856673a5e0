package dev.ferry.protocol.handshake;

/** Why a server meets a hello with silence. */
public enum HelloRefusal {
  /** The client has no secret, and the server wants one. */
  NO_SECRET,
  /** The client has a secret, and the server has none. */
  SECRET_NOT_KNOWN,
  /** The client has another secret, or the hello was changed on its way. */
  ANOTHER_SECRET,
  /** It is no hello. */
  MALFORMED
}

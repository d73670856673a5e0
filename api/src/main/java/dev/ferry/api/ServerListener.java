package dev.ferry.api;

/**
 * Is told about the transfers of a server, on the server's only thread: a slow listener delays all
 * clients, and a listener must not close the server. An exception goes to the handler of uncaught
 * exceptions, and the server goes on.
 */
public interface ServerListener {
  /**
   * A file was received: it is durable and visible under the root.
   *
   * @param sha256 the digest of the file, 64 lower-case hexadecimal digits; empty if it was not
   *     taken, which only happens with {@link Digest#AUTO}
   */
  default void received(ServedFile file, String sha256) {}

  /**
   * A file was sent: it is durable and visible at the client.
   *
   * @param sha256 the digest of the file, 64 lower-case hexadecimal digits; empty if it was not
   *     taken, which only happens with {@link Digest#AUTO}
   */
  default void sent(ServedFile file, String sha256) {}

  /**
   * A transfer failed.
   *
   * @param reason {@link TransferException.Reason#UNSTORABLE} if this server refused the file
   */
  default void failed(ServedFile file, TransferException.Reason reason) {}
}

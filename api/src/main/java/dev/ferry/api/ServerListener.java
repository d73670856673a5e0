package dev.ferry.api;

/**
 * Hears what a server does. Called on the server's only thread: what takes long here holds up all
 * clients, and to close the server here would wait for itself. An exception goes to the thread's
 * handler of uncaught exceptions, and the server goes on.
 */
public interface ServerListener {
  /**
   * A file has arrived: it is durable, and visible under the root.
   *
   * @param sha256 its digest, 64 lower-case hexadecimal digits
   */
  default void received(ServedFile file, String sha256) {}

  /**
   * A file was fetched: it is durable and visible at the client.
   *
   * @param sha256 its digest, 64 lower-case hexadecimal digits
   */
  default void sent(ServedFile file, String sha256) {}

  /**
   * A transfer has ended otherwise.
   *
   * @param reason {@link TransferException.Reason#UNSTORABLE} if this server turned it down
   */
  default void failed(ServedFile file, TransferException.Reason reason) {}
}

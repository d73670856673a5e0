package dev.ferry.protocol.connection;

/** Makes the transfer of a connection: what a client asks for, or what a server does for it. */
@FunctionalInterface
public interface TransferFactory {
  /**
   * Begins the transfer.
   *
   * @param context the connection that carries it
   */
  Transfer begin(TransferContext context, long nowNs);
}

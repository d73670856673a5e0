package dev.ferry.transport;

import dev.ferry.protocol.Transmit;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;

/**
 * A non-blocking datagram socket that sends and receives several datagrams at a time.
 * Implementations may use one system call for all of them.
 */
interface UdpSocket {
  /**
   * A socket over a channel that changes over to batches of datagrams where the system has them.
   *
   * @param channel bound, or connected to the only peer; becomes non-blocking
   * @throws IOException if it is closed
   */
  static UdpSocket over(DatagramChannel channel, UdpOffload offload) throws IOException {
    return new BatchedUdpSocket(channel, offload);
  }

  /** The channel that the event loop waits for. */
  SelectableChannel channel();

  /**
   * Sends the remaining datagrams of a transmit, and takes them.
   *
   * @return false if the kernel accepts no more for now; the remaining datagrams must be tried
   *     again
   * @throws IOException if a datagram cannot be sent; it has been taken, and the remaining ones can
   *     be tried at once. {@link java.net.PortUnreachableException} if nothing listens at the
   *     peer's port, {@link java.nio.channels.ClosedChannelException} if the socket is closed
   */
  boolean send(Transmit transmit) throws IOException;

  /** The channel whose kernel buffer is full, once {@link #send} has returned false. */
  SelectableChannel blocked();

  /**
   * Adds arrived datagrams to a batch, until there are no more or the batch is full.
   *
   * @throws IOException if the network reports an error, as for {@link #send}; the datagrams added
   *     before stay in the batch
   */
  void receive(ReceiveBatch batch) throws IOException;
}

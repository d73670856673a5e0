package dev.ferry.transport;

import dev.ferry.protocol.Transmit;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;

/**
 * A datagram socket that does not block, and takes and gives several datagrams at a time; how it
 * moves them is the business of each implementation. Not thread-safe.
 */
interface UdpSocket {
  /**
   * A socket over a channel.
   *
   * @param channel bound, or connected to the only peer; is made not to block
   * @throws IOException if it is closed
   */
  static UdpSocket over(DatagramChannel channel) throws IOException {
    return new ChannelUdpSocket(channel);
  }

  /** What is waited for. */
  SelectableChannel channel();

  /**
   * Sends what remains in a transmit, and takes it out.
   *
   * @return false if the kernel takes no more for now; what remains is to be tried again
   * @throws IOException if a datagram cannot be sent; it has been taken out, and what remains can
   *     be tried at once. {@link java.net.PortUnreachableException} if nothing listens at the peer's
   *     port, {@link java.nio.channels.ClosedChannelException} if the socket is closed
   */
  boolean send(Transmit transmit) throws IOException;

  /**
   * Adds what has arrived to a batch, until there is no more or the batch is full.
   *
   * @throws IOException what the network reports, as for {@link #send}; what was added before stays
   */
  void receive(ReceiveBatch batch) throws IOException;
}

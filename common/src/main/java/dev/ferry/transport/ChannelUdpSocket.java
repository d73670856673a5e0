package dev.ferry.transport;

import dev.ferry.protocol.Transmit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/** A socket over a {@link DatagramChannel}, with one system call for each datagram. */
final class ChannelUdpSocket implements UdpSocket {
  private final DatagramChannel channel;
  private final @Nullable InetSocketAddress peer;

  ChannelUdpSocket(DatagramChannel channel) throws IOException {
    this.channel = channel;
    this.peer = (InetSocketAddress) channel.getRemoteAddress();
    channel.configureBlocking(false);
  }

  @Override
  public SelectableChannel channel() {
    return channel;
  }

  @Override
  public SelectableChannel blocked() {
    return channel;
  }

  @Override
  public boolean send(Transmit transmit) throws IOException {
    while (transmit.hasRemaining()) {
      if (!sendNext(transmit)) {
        return false;
      }
      transmit.taken();
    }
    return true;
  }

  private boolean sendNext(Transmit transmit) throws IOException {
    ByteBuffer datagram = transmit.datagram();
    try {
      int bytes = peer == null ? channel.send(datagram, transmit.to()) : write(datagram);
      return bytes > 0;
    } catch (IOException e) {
      transmit.taken();
      throw e;
    }
  }

  /**
   * Writes a datagram. A connected socket reports what became of an earlier one first, such as that
   * it was too long for a router, and sends nothing then; an error of this datagram comes again.
   */
  private int write(ByteBuffer datagram) throws IOException {
    try {
      return channel.write(datagram);
    } catch (PortUnreachableException | ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      return channel.write(datagram);
    }
  }

  @Override
  public void receive(ReceiveBatch batch) throws IOException {
    while (!batch.isFull()) {
      InetSocketAddress sender = receiveInto(batch.room());
      if (sender == null) {
        return;
      }
      batch.add(sender);
    }
  }

  /** Receives the next datagram; returns its sender, or null if there is none. */
  private @Nullable InetSocketAddress receiveInto(ByteBuffer room) throws IOException {
    if (peer == null) {
      return (InetSocketAddress) channel.receive(room);
    }
    return channel.read(room) > 0 ? peer : null;
  }
}

package dev.ferry.transport;

import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.AddressKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Several sockets of one port as one: a datagram leaves by the socket at which its receiver was
 * heard last, so that it comes from the address that was asked; or by the one at its side, if
 * nothing shows that anybody receives it.
 */
final class LocalUdpSocket implements UdpSocket {
  /**
   * Those who were heard longer ago are answered by the main socket. Strangers can fill it; its
   * memory, some 110 bytes for each, is in the sum of the server's limits.
   */
  private static final int MAX_REMEMBERED = 1 << 14;

  private final LocalSockets sockets;
  private final BatchedUdpSocket main;

  /** Those for what may be dropped, by their channels. */
  private final Map<DatagramChannel, ChannelUdpSocket> answering = new HashMap<>();

  /** Strangers must not be able to choose keys that share a bucket. */
  private final long seed = new SecureRandom().nextLong();

  private final Map<AddressKey, BatchedUdpSocket> heardAt =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<AddressKey, BatchedUdpSocket> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  /** The socket that is read from. */
  private BatchedUdpSocket reading;

  /** The socket that was written to last. */
  private BatchedUdpSocket writing;

  LocalUdpSocket(LocalSockets sockets, UdpOffload offload) throws IOException {
    this.sockets = sockets;
    this.main = new BatchedUdpSocket(sockets.main(), offload);
    this.reading = this.main;
    this.writing = this.main;
  }

  /** Lets the next {@link #receive} read from another socket than the main one. */
  void readFrom(BatchedUdpSocket socket) {
    reading = socket;
  }

  @Override
  public SelectableChannel channel() {
    return main.channel();
  }

  @Override
  public boolean send(Transmit transmit) throws IOException {
    BatchedUdpSocket socket = heardAt.getOrDefault(AddressKey.of(transmit.to(), seed), main);
    writing = socket.channel().isOpen() ? socket : main;
    DatagramChannel beside = transmit.isUnproved() ? sockets.answering(writing.channel()) : null;
    return beside == null ? writing.send(transmit) : sendOrDrop(beside, transmit);
  }

  /** What the kernel does not take is lost: whoever is there repeats what it has said. */
  private boolean sendOrDrop(DatagramChannel beside, Transmit transmit) throws IOException {
    ChannelUdpSocket socket = answering.get(beside);
    if (socket == null) {
      answering.keySet().removeIf(channel -> !channel.isOpen());
      socket = new ChannelUdpSocket(beside);
      answering.put(beside, socket);
    }
    if (!socket.send(transmit)) {
      transmit.buffer().position(transmit.buffer().limit());
    }
    return true;
  }

  @Override
  public SelectableChannel blocked() {
    return writing.channel();
  }

  @Override
  public void receive(ReceiveBatch batch) throws IOException {
    BatchedUdpSocket socket = reading;
    int before = batch.datagrams();
    try {
      socket.receive(batch);
      reading = main;
    } finally {
      InetSocketAddress noted = null;
      for (int i = before; i < batch.datagrams(); i++) {
        InetSocketAddress sender = batch.sender(i);
        if (!sender.equals(noted)) {
          note(sender, socket);
          noted = sender;
        }
      }
    }
  }

  private void note(InetSocketAddress sender, BatchedUdpSocket socket) {
    if (socket != main) {
      heardAt.put(AddressKey.of(sender, seed), socket);
    } else if (!heardAt.isEmpty()) {
      heardAt.remove(AddressKey.of(sender, seed));
    }
  }
}

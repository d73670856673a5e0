package dev.ferry.transport;

import dev.ferry.protocol.Transmit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/**
 * A socket over a {@link DatagramChannel} that changes over from one call for each datagram to one
 * for a whole batch as soon as its {@link UdpOffload} can do that. What the kernel does not take in
 * a batch goes one by one, so errors are reported by the same code.
 */
final class BatchedUdpSocket implements UdpSocket {
  /** A path that refuses so many batches in a row is not asked any more. */
  private static final int MAX_REFUSALS = 3;

  /** The file descriptor before it is known. */
  private static final int UNKNOWN = -1;

  private final ChannelUdpSocket plain;
  private final DatagramChannel channel;
  private final @Nullable InetSocketAddress peer;
  private final UdpOffload offload;
  private int fd = UNKNOWN;
  private int family;

  /** Whether batches are not sent, and not received, any more. */
  private boolean sendsPlainly;

  private boolean receivesPlainly;

  /** Whether what arrives may be runs of datagrams: then there is no way back. */
  private boolean coalesces;

  private int refusals;

  /**
   * A socket over a channel.
   *
   * @param channel bound, or connected to the only peer; becomes non-blocking
   * @throws IOException if it is closed
   */
  BatchedUdpSocket(DatagramChannel channel, UdpOffload offload) throws IOException {
    this.plain = new ChannelUdpSocket(channel);
    this.channel = channel;
    this.peer = (InetSocketAddress) channel.getRemoteAddress();
    this.offload = offload;
  }

  @Override
  public DatagramChannel channel() {
    return channel;
  }

  @Override
  public DatagramChannel blocked() {
    return channel;
  }

  @Override
  public boolean send(Transmit transmit) throws IOException {
    ByteBuffer datagrams = transmit.buffer();
    SocketCalls calls = calls();
    if (calls == null || sendsPlainly || datagrams.remaining() <= transmit.segmentBytes()) {
      return plain.send(transmit);
    }
    InetSocketAddress to = peer == null ? transmit.to() : null;
    int error = offload.sending(calls).send(fd, transmit, to, family);
    return switch (error) {
      case 0 -> {
        datagrams.position(datagrams.limit());
        refusals = 0;
        yield true;
      }
      case SocketCalls.EAGAIN -> false;
      case SocketCalls.ECONNREFUSED -> {
        transmit.taken();
        throw new PortUnreachableException();
      }
      case SocketCalls.EIO, SocketCalls.EINVAL, SocketCalls.EOPNOTSUPP, SocketCalls.ENOSYS -> {
        refuse(calls, error);
        yield plain.send(transmit);
      }
      // What became of an earlier datagram, or an error that each of these meets by itself.
      default -> plain.send(transmit);
    };
  }

  /**
   * The system's calls; null as long as they cannot be used for this socket.
   *
   * @throws ClosedChannelException if it is closed, so that its descriptor may be another file's
   */
  private @Nullable SocketCalls calls() throws ClosedChannelException {
    SocketCalls calls = offload.calls();
    if (calls != null && !channel.isOpen()) {
      throw new ClosedChannelException();
    }
    if (calls != null && fd == UNKNOWN && !(sendsPlainly && receivesPlainly)) {
      find(calls);
    }
    return fd == UNKNOWN ? null : calls;
  }

  private void find(SocketCalls calls) {
    try {
      fd = calls.descriptorOf(channel);
      family = calls.option(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_DOMAIN);
      if (calls.option(fd, SocketCalls.SOL_UDP, SegmentedSend.UDP_SEGMENT) < 0) {
        sendsPlainly = true;
        offload.refused("this kernel has no UDP_SEGMENT");
      }
    } catch (IOException e) {
      sendsPlainly = true;
      receivesPlainly = true;
      offload.refused(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The path has a device that cannot do it, or its datagrams have become too long, which the next
   * one will tell.
   */
  private void refuse(SocketCalls calls, int error) {
    refusals++;
    if (refusals == MAX_REFUSALS) {
      sendsPlainly = true;
      offload.refused("the kernel refuses UDP_SEGMENT: " + calls.describe(error));
    }
  }

  @Override
  public void receive(ReceiveBatch batch) throws IOException {
    SocketCalls calls = calls();
    if (calls == null || receivesPlainly) {
      plain.receive(batch);
      return;
    }
    int error = offload.receiving(calls).receive(fd, peer, batch);
    if (!coalesces && (error == SocketCalls.ENOSYS || error == SocketCalls.EPERM)) {
      receivesPlainly = true;
      offload.refused("the system refuses recvmmsg: " + calls.describe(error));
      plain.receive(batch);
      return;
    }
    if (!coalesces) {
      // Not before it is certain that runs can be received. Kernels without it receive as before.
      coalesces = true;
      calls.setOption(fd, SocketCalls.SOL_UDP, CoalescedReceive.UDP_GRO, 1);
      calls.setOption(fd, SocketCalls.SOL_SOCKET, CoalescedReceive.SO_TIMESTAMPNS, 1);
    }
    switch (error) {
      case 0, SocketCalls.EAGAIN -> {}
      case SocketCalls.ECONNREFUSED -> throw new PortUnreachableException();
      case SocketCalls.EBADF, SocketCalls.ENOTSOCK -> throw new ClosedChannelException();
      default -> throw new SocketException(calls.describe(error));
    }
  }
}

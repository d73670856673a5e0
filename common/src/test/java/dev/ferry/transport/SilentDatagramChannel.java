package dev.ferry.transport;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/** A channel without a network, of which tests override what they need. */
abstract class SilentDatagramChannel extends DatagramChannel {
  SilentDatagramChannel() {
    super(SelectorProvider.provider());
  }

  @Override
  public DatagramChannel bind(SocketAddress local) {
    return this;
  }

  @Override
  public <T> DatagramChannel setOption(SocketOption<T> name, T value) {
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return Set.of();
  }

  @Override
  public DatagramSocket socket() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public DatagramChannel connect(SocketAddress remote) {
    return this;
  }

  @Override
  public DatagramChannel disconnect() {
    return this;
  }

  @Override
  public SocketAddress receive(ByteBuffer dst) {
    return null;
  }

  @Override
  public int send(ByteBuffer src, SocketAddress target) {
    return 0;
  }

  @Override
  public int read(ByteBuffer dst) {
    return 0;
  }

  @Override
  public long read(ByteBuffer[] dsts, int offset, int length) {
    return 0;
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return 0;
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) {
    return 0;
  }

  @Override
  public SocketAddress getLocalAddress() {
    return null;
  }

  @Override
  public MembershipKey join(InetAddress group, NetworkInterface networkInterface) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MembershipKey join(
      InetAddress group, NetworkInterface networkInterface, InetAddress source) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void implCloseSelectableChannel() {}

  @Override
  protected void implConfigureBlocking(boolean block) {}
}

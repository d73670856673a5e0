package dev.ferry.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * The system calls that batches of datagrams need, with the numbers of Linux; tests have others
 * make them fail.
 */
interface SocketCalls {
  int SOL_SOCKET = 1;
  int SOL_UDP = 17;
  int SO_DOMAIN = 39;

  int EPERM = 1;
  int EINTR = 4;
  int EIO = 5;
  int EBADF = 9;
  int EAGAIN = 11;
  int EINVAL = 22;
  int ENOSYS = 38;
  int ENOTSOCK = 88;
  int EOPNOTSUPP = 95;
  int EAFNOSUPPORT = 97;
  int ECONNREFUSED = 111;

  /** Of {@link #sendmsg} and {@link #recvmmsg}: never wait. */
  int MSG_DONTWAIT = 0x40;

  /**
   * The number of a channel's file descriptor. The caller sees to it that the channel stays open:
   * another file may have the number otherwise.
   *
   * @throws IOException if it cannot be had
   */
  int descriptorOf(DatagramChannel channel) throws IOException;

  /** Where a direct buffer begins. */
  long addressOf(ByteBuffer direct);

  /** Sets a socket's option; returns whether the system takes it. */
  boolean setOption(int fd, int level, int option, int value);

  /** The value of a socket's option; −1 if the system does not know it. */
  int option(int fd, int level, int option);

  /**
   * Calls {@code sendmsg(2)}.
   *
   * @param message the address of a {@code msghdr}
   * @return how many bytes were sent, or −1: {@link #lastError} says why
   */
  long sendmsg(int fd, long message, int flags);

  /**
   * Calls {@code recvmmsg(2)} without a timeout.
   *
   * @param messages the address of an array of {@code mmsghdr}
   * @return how many messages were received, or −1: {@link #lastError} says why
   */
  int recvmmsg(int fd, long messages, int count, int flags);

  /** The {@code errno} of this thread's last call. */
  int lastError();

  /** What the system calls an error. */
  String describe(int errno);
}

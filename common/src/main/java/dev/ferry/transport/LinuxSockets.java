package dev.ferry.transport;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;

/**
 * The system calls for sockets that Java does not have, through JNA. The constants are those of
 * 64-bit Linux. Not before {@link #load} is a class of JNA used: that takes some 100 ms. The rest
 * is thread-safe, but the caller sees to it that channels stay open meanwhile.
 */
final class LinuxSockets implements SocketCalls {
  private static final int IPPROTO_IP = 0;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IP_MTU_DISCOVER = 10;
  private static final int IPV6_MTU_DISCOVER = 23;

  /** IP_PMTUDISC_PROBE and IPV6_PMTUDISC_PROBE. */
  private static final int PROBE = 3;

  private static final String CHANNELS_PACKAGE = "sun.nio.ch";

  /** The property of JNA with the directory that it unpacks its native part into. */
  private static final String UNPACKED_TO = "jna.tmpdir";

  private final Method descriptor;

  private LinuxSockets(Method descriptor) {
    this.descriptor = descriptor;
  }

  /** What JNA binds to the functions of the same names. An address is a long. */
  private static final class Calls {
    private Calls() {}

    static native int setsockopt(int fd, int level, int option, long value, int bytes);

    static native int getsockopt(int fd, int level, int option, long value, long bytes);

    static native long sendmsg(int fd, long message, int flags);

    static native int recvmmsg(int fd, long messages, int count, int flags, long timeout);

    static native String strerror(int errno);
  }

  /** Whether Java lets this class have the number of a socket's file descriptor. */
  static boolean isPermitted() {
    return Object.class.getModule().isExported(CHANNELS_PACKAGE, LinuxSockets.class.getModule());
  }

  /**
   * Loads the native library; to be called once, after {@link #isPermitted}.
   *
   * @param directory in which nobody else can put a file: the library is unpacked there, and
   *     deleted once it is loaded
   * @throws ReflectiveOperationException if this Java has no such number
   * @throws LinkageError if there is no library for this machine, or it cannot be loaded
   */
  static LinuxSockets load(Path directory) throws ReflectiveOperationException {
    Method descriptor = Class.forName(CHANNELS_PACKAGE + ".SelChImpl").getMethod("getFDVal");
    System.setProperty(UNPACKED_TO, directory.toString());
    Native.register(Calls.class, NativeLibrary.getProcess());
    return new LinuxSockets(descriptor);
  }

  @Override
  public int descriptorOf(DatagramChannel channel) throws IOException {
    try {
      return (int) descriptor.invoke(channel);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IOException("no file descriptor", e);
    }
  }

  @Override
  public long addressOf(ByteBuffer direct) {
    return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
  }

  @Override
  public boolean setOption(int fd, int level, int option, int value) {
    try (Memory memory = new Memory(Integer.BYTES)) {
      memory.setInt(0, value);
      return Calls.setsockopt(fd, level, option, Pointer.nativeValue(memory), Integer.BYTES) == 0;
    }
  }

  @Override
  public int option(int fd, int level, int option) {
    try (Memory value = new Memory(Integer.BYTES);
        Memory bytes = new Memory(Integer.BYTES)) {
      bytes.setInt(0, Integer.BYTES);
      int result =
          Calls.getsockopt(
              fd, level, option, Pointer.nativeValue(value), Pointer.nativeValue(bytes));
      return result == 0 ? value.getInt(0) : -1;
    }
  }

  @Override
  public long sendmsg(int fd, long message, int flags) {
    return Calls.sendmsg(fd, message, flags);
  }

  @Override
  public int recvmmsg(int fd, long messages, int count, int flags) {
    return Calls.recvmmsg(fd, messages, count, flags, 0);
  }

  @Override
  public int lastError() {
    return Native.getLastError();
  }

  @Override
  public String describe(int errno) {
    return Calls.strerror(errno);
  }

  /**
   * Lets a socket send every datagram in one piece, whatever routers have reported (RFC 8899,
   * section 3). One that is longer than the interface's is refused.
   *
   * @return false if the system does not know the option
   * @throws IOException if the descriptor's number cannot be had
   */
  boolean forbidFragments(DatagramChannel channel) throws IOException {
    int fd = descriptorOf(channel);
    // A socket for IPv6 has both options, as it sends over IPv4, too.
    boolean overIpv4 = setOption(fd, IPPROTO_IP, IP_MTU_DISCOVER, PROBE);
    boolean overIpv6 = setOption(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, PROBE);
    return overIpv4 || overIpv6;
  }

  /**
   * Whether {@link #forbidFragments} has been called.
   *
   * @throws IOException if the descriptor's number cannot be had
   */
  boolean forbidsFragments(DatagramChannel channel) throws IOException {
    return option(descriptorOf(channel), IPPROTO_IP, IP_MTU_DISCOVER) == PROBE;
  }
}

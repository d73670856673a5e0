package dev.ferry.transport;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;

/**
 * Path MTU discovery of a socket, by the system calls that Java 17 does not have, through JNA. The
 * constants are those of Linux ({@code linux/in.h}, {@code linux/in6.h}). Not before {@link #load}
 * is a class of JNA used: that takes some 100 ms. The rest is thread-safe, but the caller sees to
 * it that the channel stays open: another file may have its number otherwise.
 */
final class LinuxSocketOptions {
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
  private final Function setsockopt;
  private final Function getsockopt;

  private LinuxSocketOptions(Method descriptor, Function setsockopt, Function getsockopt) {
    this.descriptor = descriptor;
    this.setsockopt = setsockopt;
    this.getsockopt = getsockopt;
  }

  /** Whether Java lets this class have the number of a socket's file descriptor. */
  static boolean isPermitted() {
    return Object.class
        .getModule()
        .isExported(CHANNELS_PACKAGE, LinuxSocketOptions.class.getModule());
  }

  /**
   * Loads the native library; to be called once, after {@link #isPermitted}.
   *
   * @param directory in which nobody else can put a file: the library is unpacked there, and
   *     deleted once it is loaded
   * @throws ReflectiveOperationException if this Java has no such number
   * @throws LinkageError if there is no library for this machine, or it cannot be loaded
   */
  static LinuxSocketOptions load(Path directory) throws ReflectiveOperationException {
    Method descriptor = Class.forName(CHANNELS_PACKAGE + ".SelChImpl").getMethod("getFDVal");
    System.setProperty(UNPACKED_TO, directory.toString());
    NativeLibrary process = NativeLibrary.getProcess();
    return new LinuxSocketOptions(
        descriptor, process.getFunction("setsockopt"), process.getFunction("getsockopt"));
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
    try (Memory value = new Memory(Integer.BYTES)) {
      value.setInt(0, PROBE);
      // A socket for IPv6 has both options, as it sends over IPv4, too.
      boolean overIpv4 = set(fd, IPPROTO_IP, IP_MTU_DISCOVER, value);
      boolean overIpv6 = set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, value);
      return overIpv4 || overIpv6;
    }
  }

  private boolean set(int fd, int level, int option, Memory value) {
    return setsockopt.invokeInt(new Object[] {fd, level, option, value, Integer.BYTES}) == 0;
  }

  /**
   * Whether {@link #forbidFragments} has been called.
   *
   * @throws IOException if the descriptor's number cannot be had
   */
  boolean forbidsFragments(DatagramChannel channel) throws IOException {
    int fd = descriptorOf(channel);
    try (Memory value = new Memory(Integer.BYTES);
        Memory length = new Memory(Integer.BYTES)) {
      length.setInt(0, Integer.BYTES);
      int result =
          getsockopt.invokeInt(new Object[] {fd, IPPROTO_IP, IP_MTU_DISCOVER, value, length});
      return result == 0 && value.getInt(0) == PROBE;
    }
  }

  private int descriptorOf(DatagramChannel channel) throws IOException {
    try {
      return (int) descriptor.invoke(channel);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IOException("no file descriptor", e);
    }
  }
}

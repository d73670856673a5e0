package dev.ferry.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Forbids that what a socket sends is cut on the way. From version 19 on Java can do it. On Java 17
 * Linux sets the bit by itself, but cuts datagrams once a router has reported that they are too
 * long; there a native library is loaded to forbid that, too, where Java was started so that it may
 * be used. Thread-safe, except that a channel must not be closed meanwhile.
 */
public final class DontFragment {
  /** The Java option; it is in a package that JDK 17 does not have. */
  private static final String OPTION = "IP_DONTFRAGMENT";

  private DontFragment() {}

  /**
   * Loads what is needed for {@link #set}, once, on a thread of its own.
   *
   * @param channel any
   * @param directory finds a directory in which nobody else can put a file; empty if there is none,
   *     and then nothing is loaded
   * @param then is called on any thread once {@link #set} does all that it ever will
   */
  public static void prepare(
      DatagramChannel channel, Supplier<Optional<Path>> directory, Runnable then) {
    if (option(channel) != null) {
      then.run();
      return;
    }
    NativeCode.prepare(directory, then);
  }

  /** Forbids it, if that is possible by now. */
  public static void set(DatagramChannel channel) {
    SocketOption<Boolean> option = option(channel);
    try {
      if (option != null) {
        channel.setOption(option, true);
        return;
      }
      LinuxSockets linux = NativeCode.sockets();
      if (linux != null && channel.isOpen()) {
        linux.forbidFragments(channel);
      }
    } catch (IOException e) {
      return; // The system does not know it.
    }
  }

  /**
   * Whether nobody cuts what a socket sends: it is forbidden, or the peer is on the same machine.
   *
   * @param connected to the peer
   */
  public static boolean isSet(DatagramChannel connected) {
    try {
      if (staysHere(connected)) {
        return true;
      }
      SocketOption<Boolean> option = option(connected);
      if (option != null) {
        return connected.getOption(option);
      }
      LinuxSockets linux = NativeCode.sockets();
      return linux != null && connected.isOpen() && linux.forbidsFragments(connected);
    } catch (IOException e) {
      return false; // The system does not know it.
    }
  }

  /** Whether the peer is on the same machine: no router is on the way there. */
  static boolean staysHere(DatagramChannel connected) throws IOException {
    return connected.getLocalAddress() instanceof InetSocketAddress local
        && connected.getRemoteAddress() instanceof InetSocketAddress peer
        && local.getAddress().equals(peer.getAddress());
  }

  private static @Nullable SocketOption<Boolean> option(DatagramChannel channel) {
    for (SocketOption<?> option : channel.supportedOptions()) {
      if (option.name().equals(OPTION) && option.type() == Boolean.class) {
        @SuppressWarnings("unchecked") // Its type was looked at.
        SocketOption<Boolean> bit = (SocketOption<Boolean>) option;
        return bit;
      }
    }
    return null;
  }
}

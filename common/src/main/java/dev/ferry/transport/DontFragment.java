package dev.ferry.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
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

  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  /** Completed with nothing where there is no native library. */
  private static final CompletableFuture<Optional<LinuxSocketOptions>> LOADED =
      new CompletableFuture<>();

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
    if (BEGUN.compareAndSet(false, true)) {
      Thread thread = new Thread(() -> LOADED.complete(load(directory)), "dont-fragment");
      thread.setDaemon(true);
      thread.start();
    }
    CompletableFuture<Void> unused = LOADED.thenRun(then);
  }

  private static Optional<LinuxSocketOptions> load(Supplier<Optional<Path>> directory) {
    try {
      boolean possible =
          System.getProperty("os.name", "").equals("Linux") && LinuxSocketOptions.isPermitted();
      Path found = possible ? directory.get().orElse(null) : null;
      return found == null ? Optional.empty() : Optional.of(LinuxSocketOptions.load(found));
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      return Optional.empty(); // As on a machine for which there is no library.
    }
  }

  /** Forbids it, if that is possible by now. */
  public static void set(DatagramChannel channel) {
    SocketOption<Boolean> option = option(channel);
    try {
      if (option != null) {
        channel.setOption(option, true);
        return;
      }
      LinuxSocketOptions linux = linux();
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
      LinuxSocketOptions linux = linux();
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

  private static @Nullable LinuxSocketOptions linux() {
    return LOADED.getNow(Optional.empty()).orElse(null);
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

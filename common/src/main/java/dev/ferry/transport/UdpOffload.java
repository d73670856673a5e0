package dev.ferry.transport;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets the sockets of one event loop send and receive several datagrams in one call: by Linux's
 * offloads for segments, once the native library for it is there. Until then, and wherever it is
 * refused, each datagram is a call of its own. {@link #prepare} and {@link #trouble} may be called
 * from any thread, all else from the loop's.
 */
public final class UdpOffload {
  private final boolean wanted;
  private final Supplier<@Nullable SocketCalls> found;
  private @Nullable SegmentedSend sending;
  private @Nullable CoalescedReceive receiving;
  private volatile @Nullable String refusal;

  private UdpOffload(boolean wanted, Supplier<@Nullable SocketCalls> found) {
    this.wanted = wanted;
    this.found = found;
  }

  /** An offload by other calls than those of the native library. */
  static UdpOffload by(SocketCalls calls) {
    return new UdpOffload(true, () -> calls);
  }

  /**
   * An offload for the sockets of one loop, as soon as somebody has called {@link #prepare}.
   *
   * @param wanted whether it may be used; {@link #off} if not
   */
  public static UdpOffload of(boolean wanted) {
    return wanted ? new UdpOffload(true, NativeCode::sockets) : off();
  }

  /** None: each datagram is a system call. */
  public static UdpOffload off() {
    return new UdpOffload(false, () -> null);
  }

  /**
   * Begins to load what is needed, on a thread of its own, unless it is there. The sockets change
   * over by themselves.
   *
   * @param directory finds a directory in which nobody else can put a file; empty if there is none,
   *     and then nothing is loaded
   * @param then is called on any thread once it is known whether there is an offload; not if it is
   *     {@link #off}
   */
  public void prepare(Supplier<Optional<Path>> directory, Runnable then) {
    if (wanted) {
      NativeCode.prepare(directory, then);
    }
  }

  /** Why there is no offload although it is wanted; empty as long as nothing is known. */
  public Optional<String> trouble() {
    return wanted ? Optional.ofNullable(refusal).or(NativeCode::trouble) : Optional.empty();
  }

  /** Notes that the kernel takes no batches from a socket, or not on its way. */
  void refused(String reason) {
    refusal = reason;
  }

  /** The system calls; null as long as they cannot be used. */
  @Nullable SocketCalls calls() {
    return found.get();
  }

  /** What sends for all sockets of the loop, one after the other. */
  SegmentedSend sending(SocketCalls calls) {
    if (sending == null) {
      sending = new SegmentedSend(calls);
    }
    return sending;
  }

  /** What receives for all sockets of the loop, one after the other. */
  CoalescedReceive receiving(SocketCalls calls) {
    if (receiving == null) {
      receiving = new CoalescedReceive(calls);
    }
    return receiving;
  }
}

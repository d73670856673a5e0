package dev.ferry.client;

import dev.ferry.testkit.process.Relay;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A relay's script that passes everything until so many bytes of a file have been on their way, and
 * then kills one of the ends. Nothing is passed from then on.
 */
final class KillSwitch implements Relay.Script {
  /** What a packet of Ferry mode has besides the file's content (protocol.md, section 7.3). */
  private static final int OVERHEAD_BYTES = 32;

  private final Relay.Way content;
  private final long afterBytes;
  private final Runnable then;
  private final CompletableFuture<ProcessHandle> victim = new CompletableFuture<>();
  private final AtomicBoolean fired = new AtomicBoolean();
  private final AtomicLong passedBytes = new AtomicLong();

  /**
   * Creates one.
   *
   * @param content which way the file goes
   * @param afterBytes how much of the file passes before
   * @param then what happens besides, once the victim is dead
   */
  KillSwitch(Relay.Way content, long afterBytes, Runnable then) {
    this.content = content;
    this.afterBytes = afterBytes;
    this.then = then;
  }

  /** Says who is to be killed; no content passes before. */
  void aimAt(ProcessHandle process) {
    victim.complete(process);
  }

  boolean hasFired() {
    return fired.get();
  }

  /** How much has been on its way, repetitions included. */
  long passedBytes() {
    return passedBytes.get();
  }

  @Override
  public byte[] pass(Relay.Way way, byte[] datagram) {
    if (fired.get()) {
      return new byte[0];
    }
    if (way == content && (datagram[0] & 0xC0) == 0x80) {
      long passed = passedBytes.addAndGet(Math.max(0, datagram.length - OVERHEAD_BYTES));
      if (passed > afterBytes && fired.compareAndSet(false, true)) {
        ProcessHandle process = victim.join();
        process.destroyForcibly();
        process.onExit().join();
        then.run();
        return new byte[0];
      }
    }
    return datagram;
  }
}

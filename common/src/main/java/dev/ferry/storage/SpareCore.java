package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether a processor has nothing to do while a transfer is under way, so that a digest beside it
 * costs nobody anything. By what Linux counts of all its processors; elsewhere it is believed. Not
 * thread-safe.
 */
final class SpareCore {
  /** What Linux counts in, in a second. */
  private static final long TICKS_PER_SECOND = 100;

  /** 16 MiB, which a gigabit takes an eighth of a second for. */
  private static final int BLOCKS_BETWEEN_LOOKS = 64;

  /** How many seconds with too little to spare, one after the other, are enough. */
  private static final int SECONDS = 2;

  /** Less of a processor than this is not enough for the digest of a fast transfer, in ticks. */
  private static final long LEAST_IDLE_TICKS = TICKS_PER_SECOND / 2;

  private static final int IDLE = 3;
  private static final int WAITING_FOR_DISKS = 4;

  /**
   * The ticks of all processors together so far.
   *
   * @param all whatever they did
   * @param idle while they had nothing to do
   * @param processors how many there are
   */
  private record Ticks(long all, long idle, int processors) {}

  private final Path counters;
  private @Nullable Ticks before;
  private int busySeconds;

  /** By what the system says. */
  SpareCore() {
    this(Path.of("/proc/stat"));
  }

  /**
   * By a file.
   *
   * @param counters in the form of /proc/stat, proc(5)
   */
  SpareCore(Path counters) {
    this.counters = counters;
  }

  /**
   * Whether there is none; to be asked for each block of a file, and never again once that is so.
   * What the system counts is looked at for some blocks only: it takes longer than a sum.
   */
  boolean isTakenAt(long block) {
    return block % BLOCKS_BETWEEN_LOOKS == 0 && isTaken();
  }

  /** The same at once; some times a second are enough. */
  boolean isTaken() {
    Ticks now = ticks();
    if (now == null || before == null) {
      before = now;
      return false;
    }
    long passed = (now.all() - before.all()) / now.processors();
    if (passed >= TICKS_PER_SECOND) {
      long idlePerSecond = (now.idle() - before.idle()) * TICKS_PER_SECOND / passed;
      busySeconds = idlePerSecond < LEAST_IDLE_TICKS ? busySeconds + 1 : 0;
      before = now;
    }
    return busySeconds >= SECONDS;
  }

  private @Nullable Ticks ticks() {
    try (BufferedReader lines = Files.newBufferedReader(counters, US_ASCII)) {
      String line = lines.readLine();
      if (line == null || !line.startsWith("cpu ")) {
        return null;
      }
      String all = line;
      int processors = 0;
      for (line = lines.readLine(); line != null && line.startsWith("cpu"); ) {
        processors++;
        line = lines.readLine();
      }
      return processors == 0 ? null : sum(all, processors);
    } catch (IOException | NumberFormatException e) {
      return null;
    }
  }

  private static Ticks sum(String line, int processors) {
    String[] fields = line.substring("cpu".length()).strip().split(" ", -1);
    long all = 0;
    long idle = 0;
    for (int i = 0; i < fields.length; i++) {
      long ticks = Long.parseLong(fields[i]);
      all += ticks;
      idle += i == IDLE || i == WAITING_FOR_DISKS ? ticks : 0;
    }
    return new Ticks(all, idle, processors);
  }
}

package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ferry.clock.WallClock;
import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the paths to Ferry servers: a record for each server's address. Whatever
 * goes wrong with it counts as nothing remembered; {@link #trouble} has the reason. Nothing in it
 * is about security: who changes it changes how a transfer begins, not what is sent to whom.
 *
 * <p>Any number of processes may use it at once. Not thread-safe.
 */
public final class PathCache {
  /** How many servers are remembered; the ones that were used the longest ago are forgotten. */
  static final int MAX_SERVERS = 256;

  /** How large a file may be. */
  static final int MAX_BYTES = 512;

  /** For how long a path is remembered. */
  static final long MAX_AGE_SECONDS = 24L * 60 * 60;

  /** What is remembered says the same for so long, and need not be written again. */
  private static final long SAME_FOR_SECONDS = 60L * 60;

  private final RecordDirectory records;
  private @Nullable IOException trouble;

  /** What was found last. */
  private @Nullable PathRecord recalled;

  private PathCache(Path directory) {
    this.records = new RecordDirectory(directory, ".path", MAX_BYTES, MAX_SERVERS);
  }

  /**
   * A cache in a directory, which is created when something is to be remembered.
   *
   * @param userDirectory the directory of all caches, see {@link UserDirectory}
   */
  public static PathCache in(Path userDirectory) {
    return new PathCache(userDirectory.resolve("paths"));
  }

  /** Why the last access failed; empty if it did not. */
  public Optional<IOException> trouble() {
    return Optional.ofNullable(trouble);
  }

  /**
   * What is remembered of the path to a server; null if nothing is. From another local address than
   * before the path is another one, of which only the end is known: that it is a Ferry server.
   *
   * @param local the local address that leads there
   */
  public @Nullable PathMemory find(InetSocketAddress server, InetAddress local) {
    PathRecord stored = read(server);
    return stored == null ? null : stored.memoryFrom(local.getHostAddress());
  }

  private @Nullable PathRecord read(InetSocketAddress server) {
    try {
      byte[] bytes = records.read(text(server));
      PathRecord stored = bytes == null ? null : PathRecord.parse(bytes);
      boolean fits = stored != null && stored.server().equals(text(server)) && isFresh(stored);
      recalled = fits ? stored : null;
      return recalled;
    } catch (IOException e) {
      trouble = e;
      return null;
    }
  }

  private static boolean isFresh(PathRecord stored) {
    long age = nowSeconds() - stored.epochSeconds();
    return age >= 0 && age <= MAX_AGE_SECONDS;
  }

  private static long nowSeconds() {
    return WallClock.epochNanos() / Nanos.SECOND;
  }

  /** Remembers a path, in place of what was known of it. */
  public void remember(InetSocketAddress server, InetAddress local, PathMemory memory) {
    PathRecord found = new PathRecord(text(server), local.getHostAddress(), nowSeconds(), memory);
    if (recalled != null && recalled.saysTheSame(found)) {
      return;
    }
    try {
      records.write(text(server), found.encode());
    } catch (IOException | UnsupportedOperationException e) {
      trouble = e instanceof IOException io ? io : new IOException(e);
    }
  }

  /** Forgets a server, because it no longer is what it was. */
  public void forget(InetSocketAddress server) {
    recalled = null;
    try {
      records.remove(text(server));
    } catch (IOException e) {
      trouble = e;
    }
  }

  private static String text(InetSocketAddress server) {
    return server.getAddress().getHostAddress() + ":" + server.getPort();
  }

  /** One file. */
  record PathRecord(String server, String local, long epochSeconds, PathMemory memory) {
    private static final String MAGIC = "ferry-path-1";

    /** Elsewhere the rate may be any, but nothing says that the distance is. */
    @Nullable PathMemory memoryFrom(String address) {
      return local.equals(address)
          ? memory
          : new PathMemory(memory.rttNs(), 0, 0, memory.datagramBytes());
    }

    /**
     * Whether a later one would not begin a transfer in another way; then it is not worth a file.
     */
    boolean saysTheSame(PathRecord later) {
      return server.equals(later.server)
          && local.equals(later.local)
          && later.epochSeconds - epochSeconds < SAME_FOR_SECONDS
          && memory.datagramBytes() == later.memory.datagramBytes()
          && isClose(memory.bytesPerSecond(), later.memory.bytesPerSecond(), 0)
          && isClose(memory.rttNs(), later.memory.rttNs(), Nanos.MILLISECOND)
          && Math.abs(memory.lossShare() - later.memory.lossShare()) < 0.01;
    }

    private static boolean isClose(long one, long other, long tolerance) {
      return Math.abs(one - other) <= Math.max(tolerance, one / 10);
    }

    byte[] encode() {
      String fields =
          String.join(
              " ",
              MAGIC,
              server,
              local,
              Long.toString(epochSeconds),
              Long.toString(memory.rttNs()),
              Long.toString(memory.bytesPerSecond()),
              Double.toString(memory.lossShare()),
              Integer.toString(memory.datagramBytes()),
              "");
      String sum = Integer.toHexString(Crc32c.of(ByteBuffer.wrap(fields.getBytes(US_ASCII))));
      return (fields + sum + "\n").getBytes(US_ASCII);
    }

    /** Null if it is damaged. */
    static @Nullable PathRecord parse(byte[] bytes) {
      String[] fields = new String(bytes, US_ASCII).split(" ", -1);
      if (fields.length != 9 || !fields[0].equals(MAGIC)) {
        return null;
      }
      try {
        PathMemory memory =
            new PathMemory(
                Long.parseLong(fields[4]),
                Long.parseLong(fields[5]),
                Double.parseDouble(fields[6]),
                Integer.parseInt(fields[7]));
        PathRecord parsed = new PathRecord(fields[1], fields[2], Long.parseLong(fields[3]), memory);
        return Arrays.equals(parsed.encode(), bytes) ? parsed : null;
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
  }
}

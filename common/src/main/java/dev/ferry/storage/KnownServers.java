package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.clock.WallClock;
import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The servers that have spoken Ferry mode with this user, by their addresses and by the names that
 * the user gave: somebody between the ends can take the offer of Ferry mode out of a start, but not
 * out of this memory. It lies in the state directory, because security depends on it. A record that
 * is damaged, or that others could have written, counts as absent; {@link #trouble} has the reason.
 *
 * <p>Any number of processes may use it at once. Not thread-safe.
 */
public final class KnownServers {
  /** How many are remembered; the ones that were met the longest ago are forgotten. */
  static final int MAX_SERVERS = 1024;

  /** How large a record may be. */
  static final int MAX_BYTES = 512;

  private static final String MAGIC = "ferry-known-1";

  private final RecordDirectory records;
  private @Nullable IOException trouble;

  private KnownServers(Path directory) {
    this.records = new RecordDirectory(directory, ".known", MAX_BYTES, MAX_SERVERS);
  }

  /**
   * The servers that are known in a directory, which is created when there is one.
   *
   * @param userDirectory the directory of all state, see {@link UserDirectory}
   */
  public static KnownServers in(Path userDirectory) {
    return new KnownServers(userDirectory.resolve("known-servers"));
  }

  /** Why the last access failed; empty if it did not. */
  public Optional<IOException> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** The files that say that a server has spoken Ferry mode; none if it is not known. */
  public List<Path> recordsOf(InetSocketAddress server) {
    List<Path> files = new ArrayList<>();
    for (String name : names(server)) {
      if (isKnown(name)) {
        files.add(records.file(name));
      }
    }
    return files;
  }

  private boolean isKnown(String name) {
    try {
      byte[] found = records.read(name);
      return found != null && Arrays.equals(found, record(name));
    } catch (IOException e) {
      trouble = e;
      return false;
    }
  }

  /** Remembers that a server has spoken Ferry mode. */
  public void remember(InetSocketAddress server) {
    for (String name : names(server)) {
      try {
        if (isKnown(name)) {
          records.touch(name, Instant.ofEpochSecond(WallClock.epochNanos() / Nanos.SECOND));
        } else {
          records.write(name, record(name));
        }
      } catch (IOException | UnsupportedOperationException e) {
        trouble = e instanceof IOException io ? io : new IOException(e);
      }
    }
  }

  /** What a server is known by: its address, and the name that led there, if there is one. */
  private static Set<String> names(InetSocketAddress server) {
    Set<String> names = new LinkedHashSet<>();
    for (String host : List.of(server.getAddress().getHostAddress(), server.getHostString())) {
      names.add(host.toLowerCase(Locale.ROOT) + ":" + server.getPort());
    }
    return names;
  }

  private static byte[] record(String name) {
    String fields = MAGIC + " " + name + " ";
    String sum = Integer.toHexString(Crc32c.of(ByteBuffer.wrap(fields.getBytes(UTF_8))));
    return (fields + sum + "\n").getBytes(UTF_8);
  }
}

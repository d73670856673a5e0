package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.clock.WallClock;
import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.storage.PathCache.PathRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@link PathCache}: whatever happens to it counts as nothing remembered. */
class PathCacheTest {
  private static final PathMemory MEMORY = new PathMemory(20_000_000, 12_500_000, 0.01, 1472);

  @TempDir Path home;
  private Path directory;
  private PathCache cache;
  private InetSocketAddress server;
  private InetAddress local;

  @BeforeEach
  void createCache() throws UnknownHostException {
    cache = PathCache.in(home.resolve("cache/ferry"));
    directory = home.resolve("cache/ferry/paths");
    server = server("192.0.2.1", 12300);
    local = InetAddress.getByName("198.51.100.7");
  }

  private static InetSocketAddress server(String address, int port) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(address), port);
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  @Test
  void shouldRememberEachServer() throws IOException {
    assertThat(cache.find(server, local)).isNull();
    InetSocketAddress six = server("2001:db8::1", 12300);
    PathMemory other = new PathMemory(1, 0, 1, 65507);
    cache.remember(server, local, MEMORY);
    cache.remember(six, local, other);
    assertThat(cache.find(server, local)).isEqualTo(MEMORY);
    assertThat(cache.find(six, local)).isEqualTo(other);
    assertThat(cache.find(server("192.0.2.1", 12301), local)).isNull();
    assertThat(cache.trouble()).isEmpty();

    cache.remember(server, local, other);
    assertThat(PathCache.in(home.resolve("cache/ferry")).find(server, local)).isEqualTo(other);
    cache.forget(server);
    assertThat(cache.find(server, local)).isNull();
    cache.forget(server);
    assertThat(cache.trouble()).isEmpty();
  }

  /** A short transfer learns little, and a file takes it some milliseconds. */
  @Test
  void shouldWriteOnlyWhatIsNew() throws IOException {
    cache.remember(server, local, MEMORY);
    FileTime written = FileTime.fromMillis(1_700_000_000_000L);
    Files.setLastModifiedTime(onlyFile(), written);
    cache.find(server, local);
    cache.remember(server, local, new PathMemory(20_900_000, 12_600_000, 0.012, 1472));
    assertThat(Files.getLastModifiedTime(onlyFile())).isEqualTo(written);

    for (PathMemory other :
        List.of(
            new PathMemory(25_000_000, 12_500_000, 0.01, 1472),
            new PathMemory(20_000_000, 15_000_000, 0.01, 1472),
            new PathMemory(20_000_000, 12_500_000, 0.05, 1472),
            new PathMemory(20_000_000, 12_500_000, 0.01, 1200))) {
      cache.remember(server, local, MEMORY);
      cache.find(server, local);
      cache.remember(server, local, other);
      assertThat(cache.find(server, local)).isEqualTo(other);
    }
  }

  @Test
  void shouldWriteAgainWhatHasBecomeOld() throws IOException {
    PathRecord old =
        new PathRecord(
            "192.0.2.1:12300",
            "198.51.100.7",
            WallClock.epochNanos() / Nanos.SECOND - 2 * 60 * 60,
            MEMORY);
    cache.remember(server, local, MEMORY);
    Files.write(onlyFile(), old.encode());
    assertThat(cache.find(server, local)).isEqualTo(MEMORY);
    cache.remember(server, local, MEMORY);
    assertThat(Files.readAllBytes(onlyFile())).isNotEqualTo(old.encode());
  }

  @Test
  void shouldBelieveNoRateFromAnotherNetwork() throws IOException {
    cache.remember(server, local, MEMORY);
    PathMemory found = cache.find(server, InetAddress.getByName("203.0.113.9"));
    assertThat(found).isEqualTo(new PathMemory(MEMORY.rttNs(), 0, 0, MEMORY.datagramBytes()));
  }

  @Test
  void shouldForgetAfterADay() throws IOException {
    cache.remember(server, local, MEMORY);
    long nowSeconds = WallClock.epochNanos() / Nanos.SECOND;
    for (long age : new long[] {PathCache.MAX_AGE_SECONDS + 10, -1000}) {
      PathRecord old =
          new PathRecord("192.0.2.1:12300", local.getHostAddress(), nowSeconds - age, MEMORY);
      Files.write(onlyFile(), old.encode());
      assertThat(cache.find(server, local)).as("%d s old", age).isNull();
    }
  }

  /** Cut, lengthened, or with another byte anywhere. */
  @Test
  void shouldTakeWhatIsDamagedForAbsent() throws IOException {
    cache.remember(server, local, MEMORY);
    Path file = onlyFile();
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      for (int flip : new int[] {1, 0x10, 0x80}) {
        byte[] bad = good.clone();
        bad[i] ^= (byte) flip;
        Files.write(file, bad);
        assertThat(cache.find(server, local)).as("byte %d, %d", i, flip).isNull();
      }
      Files.write(file, Arrays.copyOf(good, i));
      assertThat(cache.find(server, local)).as("%d bytes", i).isNull();
    }
    Files.write(file, Arrays.copyOf(good, 1 << 20));
    assertThat(cache.find(server, local)).isNull();
    cache.remember(server, local, MEMORY);
    assertThat(cache.find(server, local)).isEqualTo(MEMORY);
  }

  @Test
  void shouldStayBounded() throws IOException {
    PathMemory longest = new PathMemory(Long.MAX_VALUE, Long.MAX_VALUE, 1.0 / 3, 65507);
    for (int i = 0; i < PathCache.MAX_SERVERS + 5; i++) {
      cache.remember(server("192.0.2.1", 1000 + i), local, longest);
      // The clock of the file system may stand still meanwhile.
      Path file = directory.resolve("192.0.2.1-" + (1000 + i) + ".path");
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000L * (i + 1)));
      assertThat(Files.size(file)).isLessThanOrEqualTo(PathCache.MAX_BYTES);
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).hasSize(PathCache.MAX_SERVERS);
    }
    assertThat(cache.find(server("192.0.2.1", 1000), local)).isNull();
    assertThat(cache.find(server("192.0.2.1", 1000 + PathCache.MAX_SERVERS + 4), local))
        .isEqualTo(longest);
  }

  @Test
  void shouldServeSeveralAtOnce() {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      PathMemory own = new PathMemory(i, i, 0, 1472);
      all.add(
          CompletableFuture.runAsync(
              () -> {
                PathCache mine = PathCache.in(home.resolve("cache/ferry"));
                for (int round = 0; round < 50; round++) {
                  mine.remember(server, local, own);
                  assertThat(mine.find(server, local)).isNotNull();
                }
                assertThat(mine.trouble()).isEmpty();
              }));
    }
    all.forEach(CompletableFuture::join);
    assertThat(cache.find(server, local)).isNotNull();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void shouldLetNobodyElseIn() throws IOException {
    cache.remember(server, local, MEMORY);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(onlyFile())))
        .isEqualTo("rw-------");

    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));
    assertThat(cache.find(server, local)).as("others could have written it").isNull();
    assertThat(cache.trouble()).isPresent();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void shouldFollowNoLink() throws IOException {
    cache.remember(server, local, MEMORY);
    Path moved = home.resolve("elsewhere");
    Files.move(directory, moved);
    Files.createSymbolicLink(directory, moved);
    assertThat(cache.find(server, local)).isNull();
  }

  @Test
  void shouldDoWithoutADirectory() throws IOException {
    Files.writeString(home.resolve("file"), "in the way");
    PathCache none = PathCache.in(home.resolve("file"));
    assertThat(none.find(server, local)).isNull();
    none.remember(server, local, MEMORY);
    none.forget(server);
    assertThat(none.find(server, local)).isNull();
    assertThat(none.trouble()).isPresent();
  }
}

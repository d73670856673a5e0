package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@link KnownServers}. */
class KnownServersTest {
  private static final byte[] ADDRESS = {(byte) 192, 0, 2, 1};

  @TempDir Path home;
  private Path directory;
  private KnownServers known;
  private InetSocketAddress server;

  @BeforeEach
  void createMemory() throws UnknownHostException {
    known = KnownServers.in(home.resolve("state/ferry"));
    directory = home.resolve("state/ferry/known-servers");
    server = new InetSocketAddress(InetAddress.getByAddress(ADDRESS), 12300);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void shouldRememberAServerByItsAddress() throws IOException {
    assertThat(known.recordsOf(server)).isEmpty();
    known.remember(server);
    known.remember(server);
    assertThat(KnownServers.in(home.resolve("state/ferry")).recordsOf(server)).isEqualTo(files());
    assertThat(files()).hasSize(1);
    assertThat(known.recordsOf(new InetSocketAddress(server.getAddress(), 12301))).isEmpty();
    assertThat(known.trouble()).isEmpty();

    Files.delete(files().get(0));
    assertThat(known.recordsOf(server)).isEmpty();
  }

  /** Whoever answers the question for a name's address may give another one. */
  @Test
  void shouldRememberAServerByItsName() throws IOException {
    known.remember(named("Host.example", ADDRESS));
    byte[] elsewhere = {(byte) 192, 0, 2, 2};
    assertThat(known.recordsOf(named("host.example", elsewhere))).hasSize(1);
    assertThat(known.recordsOf(named("host.example", ADDRESS))).hasSize(2);
    assertThat(known.recordsOf(server)).hasSize(1);
    assertThat(known.recordsOf(named("other.example", elsewhere))).isEmpty();
    assertThat(known.trouble()).isEmpty();
  }

  private static InetSocketAddress named(String name, byte[] address) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByAddress(name, address), 12300);
  }

  /** Cut, lengthened, or with another byte anywhere. */
  @Test
  void shouldTakeWhatIsDamagedForAbsent() throws IOException {
    known.remember(server);
    Path file = files().get(0);
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      Files.write(file, bad);
      assertThat(known.recordsOf(server)).as("byte %d", i).isEmpty();
      Files.write(file, Arrays.copyOf(good, i));
      assertThat(known.recordsOf(server)).as("%d bytes", i).isEmpty();
    }
    Files.write(file, Arrays.copyOf(good, 1 << 20));
    assertThat(known.recordsOf(server)).isEmpty();
    known.remember(server);
    assertThat(known.recordsOf(server)).hasSize(1);
  }

  @Test
  void shouldStayBounded() throws IOException {
    for (int i = 0; i < KnownServers.MAX_SERVERS + 2; i++) {
      InetSocketAddress each = new InetSocketAddress(server.getAddress(), 1000 + i);
      known.remember(each);
      // The clock of the file system may stand still meanwhile.
      FileTime time = FileTime.fromMillis(1_000_000L * (i + 1));
      Files.setLastModifiedTime(known.recordsOf(each).get(0), time);
      if (i == KnownServers.MAX_SERVERS - 1) {
        known.remember(new InetSocketAddress(server.getAddress(), 1000));
      }
    }
    assertThat(files()).hasSize(KnownServers.MAX_SERVERS);
    assertThat(known.recordsOf(new InetSocketAddress(server.getAddress(), 1000))).hasSize(1);
    assertThat(known.recordsOf(new InetSocketAddress(server.getAddress(), 1001))).isEmpty();
    assertThat(known.recordsOf(new InetSocketAddress(server.getAddress(), 1002))).isEmpty();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void shouldLetNobodyElseIn() throws IOException {
    known.remember(server);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files().get(0))))
        .isEqualTo("rw-------");

    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));
    assertThat(known.recordsOf(server)).as("others could have written it").isEmpty();
    assertThat(known.trouble()).isPresent();
  }

  @Test
  void shouldDoWithoutADirectory() throws IOException {
    Files.writeString(home.resolve("file"), "in the way");
    KnownServers none = KnownServers.in(home.resolve("file"));
    none.remember(server);
    assertThat(none.recordsOf(server)).isEmpty();
    assertThat(none.trouble()).isPresent();
  }
}

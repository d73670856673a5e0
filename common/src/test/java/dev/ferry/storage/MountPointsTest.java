package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountPointsTest {
  private static final List<String> LIST =
      List.of(
          "22 28 0:20 / / rw,relatime - ext4 /dev/sda1 rw",
          "23 22 0:21 / /srv rw,nosuid shared:7 - tmpfs tmpfs rw",
          "24 23 0:21 /a /srv/root rw - tmpfs tmpfs rw",
          "25 24 0:22 / /srv/root/sub rw - tmpfs tmpfs rw",
          "26 24 0:20 /f /srv/root/one\\040file rw - ext4 /dev/sda1 rw",
          "nonsense",
          "");

  @ParameterizedTest
  @CsvSource({
    "f, false",
    "other/f, false",
    "submarine, false",
    "sub, true",
    "sub/f, true",
    "sub/a/f, true",
    "one, false",
    "one file, true"
  })
  void shouldFindWhatIsMountedBetween(String name, boolean expected) {
    Path root = Path.of("/srv/root");
    assertThat(MountPoints.of(LIST).areBetween(root, root.resolve(name))).isEqualTo(expected);
  }
}

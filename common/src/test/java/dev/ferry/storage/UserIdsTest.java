package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@link UserIds}. */
class UserIdsTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldOwnWhatItCreates(@TempDir Path directory) throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(UserIds.ofProcess()).isNotNull().isEqualTo(UserIds.of(file));
  }

  /** The lines say the real, the effective, the saved user, and the one of the file system. */
  @Test
  void shouldFindTheEffectiveUser() {
    List<String> status = List.of("Name:\tUid: 7 8", "Umask:\t0022", "Uid:\t1000\t33\t33\t33");
    assertThat(UserIds.inStatus(status)).isEqualTo(33);
  }

  @Test
  void shouldFindUsersBeyondTheRangeOfAnInt() {
    assertThat(UserIds.inStatus(List.of("Uid:\t4294967294\t4294967294\t0\t0"))).isEqualTo(-2);
  }

  @Test
  void shouldFindNobodyWhereTheSystemDoesNotTell() {
    assertThat(UserIds.inStatus(List.of("Name:\tjava", "Gid:\t1\t2\t3\t4"))).isNull();
  }
}

package dev.ferry.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.beust.jcommander.JCommander;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExposureTest {
  private static String line(String... options) {
    ServerArguments arguments = new ServerArguments();
    JCommander.newBuilder().addObject(arguments).build().parse(options);
    return Exposure.line(arguments, Path.of("root"));
  }

  @Test
  void shouldSayWhatAnybodyMayDo() {
    assertThat(line())
        .isEqualTo(
            "anybody who reaches this port may store files in root, replace those there and fetch"
                + " them; to narrow it: --bind 127.0.0.1, --key-file FILE, --if-exists refuse,"
                + " --read-only, --write-only");
  }

  @Test
  void shouldSayLessWhereLessIsAllowed() {
    assertThat(line("--if-exists", "refuse", "--no-get"))
        .isEqualTo(
            "anybody who reaches this port may store files in root; to narrow it: --bind"
                + " 127.0.0.1, --key-file FILE");
  }

  @Test
  void shouldSayThatAnybodyMayOnlyFetch() {
    assertThat(line("--read-only"))
        .isEqualTo(
            "anybody who reaches this port may fetch files in root; to narrow it: --bind"
                + " 127.0.0.1, --key-file FILE");
    assertThat(line("--read-only", "--key-file", "key", "--allow-lab"))
        .startsWith("anybody who reaches this port may do nothing; ");
  }

  @Test
  void shouldSayWhatLabClientsMayDoDespiteAKey() {
    assertThat(line("--key-file", "key", "--allow-lab"))
        .isEqualTo(
            "anybody who reaches this port may store files in root and replace those there; to"
                + " narrow it: --bind 127.0.0.1, no --allow-lab, --if-exists refuse");
  }

  @Test
  void shouldSayThatAnybodyMayRemove() {
    assertThat(line("--allow-delete", "--allow-list"))
        .contains("replace those there, remove them, fetch them and list them; ")
        .contains("no --allow-delete, no --allow-list");
    assertThat(line("--allow-delete", "--read-only")).doesNotContain("remove", "--allow-delete");
  }
}

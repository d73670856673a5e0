package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ManifestTest {
  /** What sha256sum of the GNU coreutils prints for such names. */
  @Test
  void shouldWriteNamesAsSha256sumDoes() {
    assertThat(Manifest.line("00", "d/a b")).isEqualTo("00  d/a b");
    assertThat(Manifest.line("00", "*x")).isEqualTo("00  *x");
    assertThat(Manifest.line("00", "b\\c")).isEqualTo("\\00  b\\\\c");
    assertThat(Manifest.line("00", "a\nb\rc")).isEqualTo("\\00  a\\nb\\rc");
  }
}

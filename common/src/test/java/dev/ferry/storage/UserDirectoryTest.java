package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** {@link UserDirectory}. */
@DisabledOnOs(OS.WINDOWS)
class UserDirectoryTest {
  @Test
  void shouldFollowTheXdgSpecification() {
    assertThat(UserDirectory.cache(Map.of(), "Linux", "/home/me"))
        .contains(Path.of("/home/me/.cache/ferry"));
    assertThat(UserDirectory.cache(Map.of("XDG_CACHE_HOME", "/var/mine"), "Linux", "/home/me"))
        .contains(Path.of("/var/mine/ferry"));
    assertThat(UserDirectory.cache(Map.of("XDG_CACHE_HOME", "mine"), "Linux", "/home/me"))
        .as("relative paths do not count")
        .contains(Path.of("/home/me/.cache/ferry"));
    assertThat(UserDirectory.cache(Map.of("XDG_CACHE_HOME", ""), "Linux", "/home/me"))
        .contains(Path.of("/home/me/.cache/ferry"));
  }

  @Test
  void shouldFollowTheHabitsOfOtherSystems() {
    assertThat(UserDirectory.cache(Map.of(), "Mac OS X", "/Users/me"))
        .contains(Path.of("/Users/me/Library/Caches/ferry"));
    assertThat(UserDirectory.cache(Map.of("LOCALAPPDATA", "/c/Local"), "Windows 11", "/c/me"))
        .contains(Path.of("/c/Local/ferry"));
    assertThat(UserDirectory.cache(Map.of(), "Windows 11", "/c/me")).isEmpty();
  }

  @Test
  void shouldKeepTheStateApartFromTheCache() {
    assertThat(UserDirectory.state(Map.of(), "Linux", "/home/me"))
        .contains(Path.of("/home/me/.local/state/ferry"));
    assertThat(UserDirectory.state(Map.of("XDG_STATE_HOME", "/var/mine"), "Linux", "/home/me"))
        .contains(Path.of("/var/mine/ferry"));
    assertThat(UserDirectory.state(Map.of(), "Mac OS X", "/Users/me"))
        .contains(Path.of("/Users/me/Library/Application Support/ferry"));
    assertThat(UserDirectory.state(Map.of(), "Linux", "?")).isEmpty();
  }

  @Test
  void shouldDoWithoutAHome() {
    for (String home : new String[] {"", "?", "a\0b"}) {
      assertThat(UserDirectory.cache(Map.of(), "Linux", home)).isEmpty();
    }
  }
}

package dev.ferry.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * What others can see of the package is what {@code src/test/resources/api.txt} says, so that a
 * change is one that somebody wanted. After one that is meant, the property {@value #WRITE} writes
 * the file anew.
 */
class ApiListingTest {
  private static final String WRITE = "ferry.api.write";

  private static final String COMMAND =
      "./mvnw -pl api -am test -Dtest=ApiListingTest -Dsurefire.failIfNoSpecifiedTests=false -D"
          + WRITE
          + "=src/test/resources/api.txt";

  @Test
  void shouldBeWhatTheListingSays() throws IOException, URISyntaxException {
    String listing = ApiListing.of(FerryClient.class);
    String file = System.getProperty(WRITE);
    if (file != null) {
      Files.writeString(Path.of(file), listing);
      return;
    }
    try (InputStream in = ApiListingTest.class.getResourceAsStream("/api.txt")) {
      assertThat(listing)
          .as("If this is meant, say so in CHANGELOG.md, and write the listing anew: " + COMMAND)
          .isEqualTo(new String(in.readAllBytes(), UTF_8));
    }
  }
}

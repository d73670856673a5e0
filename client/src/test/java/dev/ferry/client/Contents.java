package dev.ferry.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The contents that have to arrive whatever peers there are. */
final class Contents {
  private Contents() {}

  /** A content and what it is called in the name of a test and of a file. */
  static final class Content {
    private final String label;
    private final byte[] bytes;

    private Content(String label, byte[] bytes) {
      this.label = label;
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /** None, one byte, as much as fits into a datagram and one more or less, and many datagrams. */
  static List<Content> all() {
    return Stream.concat(
            Stream.of(0, 1, 1471, 1472, 1473, 1_000_000).map(Contents::random),
            Stream.of(delimiters(1_000)))
        .toList();
  }

  /** Those of them that a process of its own is worth. */
  static List<Content> few() {
    return List.of(random(0), random(1), random(1473), delimiters(20_000));
  }

  static Content random(int bytes) {
    return new Content("random-" + bytes, TestFiles.content(bytes, bytes));
  }

  /** Nothing but both delimiters. */
  static Content delimiters(int times) {
    return new Content("delimiters-" + times, " | |".repeat(times).getBytes(US_ASCII));
  }

  /** Every value with every content. */
  static Stream<Arguments> with(Object[] values, List<Content> contents) {
    return Stream.of(values)
        .flatMap(value -> contents.stream().map(content -> Arguments.of(value, content)));
  }
}

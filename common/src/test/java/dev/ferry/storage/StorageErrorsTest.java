package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import java.io.IOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageErrorsTest {
  @ParameterizedTest
  @CsvSource({
    "Too many open files, BUSY",
    "Too many open files in system, BUSY",
    "No space left on device, NO_SPACE",
    "Disk quota exceeded, NO_SPACE",
    "Read-only file system, NOT_PERMITTED",
    "File name too long, CANNOT_CREATE",
    "Input/output error, IO_ERROR",
  })
  void shouldKnowWhatTheSystemSays(String text, RefusalReason reason) {
    assertThat(StorageErrors.translate("it", new FileSystemException("f", null, text)).reason())
        .isEqualTo(reason);
    assertThat(StorageErrors.translate("it", new IOException(text)).reason()).isEqualTo(reason);
  }

  /** Somebody at the other end has to understand it, and to learn nothing of this machine. */
  @ParameterizedTest
  @CsvSource({
    "Read-only file system, its file system is read-only",
    "Too many open files, it has too many files open",
    "File name too long, it is too long for the file system",
    "Input/output error, ''",
  })
  void shouldTellThePeerWhatItIsWithoutPaths(String text, String told) {
    FileSystemException cause = new FileSystemException("/home/somebody/file", null, text);
    assertThat(StorageErrors.translate("cannot open /home", cause).told()).isEqualTo(told);
  }
}

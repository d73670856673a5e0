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
}

package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.client.InterruptedTransfer.Operation;
import dev.ferry.testkit.process.RandomFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Somebody changes what an interrupted transfer has left, between two attempts. The file arrives
 * unharmed, and only what was harmed is sent again.
 */
@Execution(ExecutionMode.SAME_THREAD)
class TamperedPartIT {
  private static final int BLOCK_BYTES = 256 << 10;

  private static final int ALL = -1;

  /** The last record of a journal says how much the part takes, the one before is of content. */
  private static final int RECORD_BYTES = 16;

  /** What is done to the part file and its journal, and how much that costs. */
  enum Tampering {
    NONE(0) {
      @Override
      void harm(Path part, Path journal) {}
    },
    FLIPPED_BIT(1) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        flip(part, 3 * BLOCK_BYTES + 77);
      }
    },
    FLIPPED_BITS_IN_THREE_BLOCKS(3) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        flip(part, 0);
        flip(part, 5 * BLOCK_BYTES - 1);
        flip(part, 7 * BLOCK_BYTES);
      }
    },
    TWO_BLOCKS_SWAPPED(2) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        byte[] bytes = Files.readAllBytes(part);
        byte[] second = new byte[BLOCK_BYTES];
        System.arraycopy(bytes, BLOCK_BYTES, second, 0, BLOCK_BYTES);
        System.arraycopy(bytes, 0, bytes, BLOCK_BYTES, BLOCK_BYTES);
        System.arraycopy(second, 0, bytes, 0, BLOCK_BYTES);
        Files.write(part, bytes);
      }
    },
    TRUNCATED_TO_TWO_BLOCKS(ALL) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        resize(part, 2 * BLOCK_BYTES + 1);
      }

      @Override
      long left(long before) {
        return 2 * BLOCK_BYTES;
      }
    },
    EMPTIED(ALL) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        resize(part, 0);
      }
    },
    EXTENDED(0) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        Files.write(part, new byte[8_000_000], StandardOpenOption.APPEND);
      }
    },
    EXCHANGED(ALL) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        Path other = RandomFile.create(part.resolveSibling("other"), Files.size(part), 4);
        Files.move(other, part, StandardCopyOption.REPLACE_EXISTING);
      }
    },
    EXCHANGED_FOR_A_LINK(ALL) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        Files.delete(part);
        Files.createSymbolicLink(part, Files.createFile(part.resolveSibling("victim")));
      }
    },
    DELETED(ALL) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        Files.delete(part);
      }
    },
    JOURNAL_DELETED(ALL) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        Files.delete(journal);
      }
    },
    JOURNAL_WITHOUT_ITS_TAIL(ALL) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        resize(journal, Files.size(journal) - RECORD_BYTES - 1);
      }

      @Override
      long left(long before) {
        return withoutLastRecord(before);
      }
    },
    JOURNAL_WITH_A_FLIPPED_BIT_AT_ITS_END(ALL) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        flip(journal, Files.size(journal) - RECORD_BYTES - 9);
      }

      @Override
      long left(long before) {
        return withoutLastRecord(before);
      }
    },
    JOURNAL_WITH_A_FLIPPED_BIT_AT_ITS_BEGINNING(ALL) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        flip(journal, 12);
      }
    },
    EXCHANGED_WITH_ITS_JOURNAL(ALL) {
      @Override
      void harm(Path part, Path journal) throws IOException {
        Path other = part.resolveSibling("other");
        Files.move(part, other);
        Files.move(journal, part);
        Files.move(other, journal);
      }
    };

    private final int badBlocks;

    Tampering(int badBlocks) {
      this.badBlocks = badBlocks;
    }

    abstract void harm(Path part, Path journal) throws IOException;

    /** How much can still be used of so much. */
    long left(long before) {
      return badBlocks == ALL ? 0 : before - (long) badBlocks * BLOCK_BYTES;
    }
  }

  /** The last record is of the piece behind the whole blocks, if there is one. */
  private static long withoutLastRecord(long before) {
    return (before - 1) / BLOCK_BYTES * BLOCK_BYTES;
  }

  private static void flip(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 4)}), at);
    }
  }

  private static void resize(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
  }

  @TempDir static Path directory;

  /** Every operation has been interrupted once; each test begins with what that has left. */
  private static final Map<Operation, InterruptedTransfer> INTERRUPTED =
      new EnumMap<>(Operation.class);

  @BeforeAll
  static void interrupt() throws IOException {
    for (Operation operation : Operation.values()) {
      Path own = Files.createDirectory(directory.resolve(operation.name()));
      INTERRUPTED.put(operation, new InterruptedTransfer(own, operation));
    }
  }

  static Stream<Arguments> tamperings() {
    return Stream.of(Operation.values())
        .flatMap(
            operation -> Stream.of(Tampering.values()).map(how -> Arguments.of(operation, how)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("tamperings")
  void shouldSendAgainOnlyWhatIsHarmed(Operation operation, Tampering tampering)
      throws IOException {
    InterruptedTransfer transfer = INTERRUPTED.get(operation);
    transfer.restore();
    tampering.harm(transfer.left(".part"), transfer.left(".journal"));

    long found = transfer.goOn();

    assertThat(transfer.target()).hasSameBinaryContentAs(transfer.source());
    assertThat(found).isEqualTo(tampering.left(transfer.keptBytes()));
    if (tampering == Tampering.EXCHANGED_FOR_A_LINK) {
      assertThat(transfer.target().resolveSibling("victim")).isEmptyFile();
    }
  }

  @Test
  void shouldNotTakeWhatIsLeftOfAnOlderVersion() throws IOException {
    InterruptedTransfer transfer = INTERRUPTED.get(Operation.PUT);
    transfer.restore();
    byte[] before = Files.readAllBytes(transfer.source());
    FileTime time = Files.getLastModifiedTime(transfer.source());
    flip(transfer.source(), 1);
    try {
      assertThat(transfer.goOn()).isZero();
      assertThat(transfer.target()).hasSameBinaryContentAs(transfer.source());
    } finally {
      Files.write(transfer.source(), before);
      Files.setLastModifiedTime(transfer.source(), time);
    }
  }
}

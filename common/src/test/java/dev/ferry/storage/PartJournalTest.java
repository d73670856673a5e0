package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.file;
import static dev.ferry.storage.TestPartialFiles.open;
import static dev.ferry.storage.TestPartialFiles.publish;
import static dev.ferry.storage.TestPartialFiles.write;
import static dev.ferry.storage.TestPartialFiles.writeMissing;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals that are torn, damaged, or no journals at all: never an error, never bad content. */
class PartJournalTest {
  /** Three blocks, the last one short. */
  private static final int SIZE = 2 * BLOCK + 10;

  private static final int RECORDS = 3;
  private static final byte[] CONTENT = content(SIZE, 1);

  @TempDir Path temporary;
  private Path root;

  /** With a last record of what the part file takes. */
  private byte[] closedJournal;

  private byte[] goodJournal;
  private byte[] goodPart;

  @BeforeEach
  void makeAJournal() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    OpenedPart part = open(root, file("file", CONTENT));
    write(part, CONTENT, 0, SIZE);
    part.keep();
    closedJournal = Files.readAllBytes(TestPartialFiles.journalIn(root));
    goodJournal = Arrays.copyOf(closedJournal, closedJournal.length - JournalRecord.BYTES);
    goodPart = Files.readAllBytes(TestPartialFiles.partIn(root));
  }

  private int headerBytes() {
    return goodJournal.length - RECORDS * JournalRecord.BYTES;
  }

  /** Lays a journal beside the part file, opens it, and returns how many blocks count. */
  private long blocksWith(byte[] journal, byte[] content) throws IOException {
    for (String entry : TestStore.tree(root)) {
      Files.delete(root.resolve(entry));
    }
    Files.write(root.resolve(".ferry-0123456789abcdef.journal"), journal);
    Files.write(root.resolve(".ferry-0123456789abcdef.part"), content);
    OpenedPart part = open(root, file("file", CONTENT));
    long bytes = 0;
    for (ByteRange range : part.verified()) {
      int from = (int) range.start();
      int to = (int) range.end();
      assertThat(Arrays.equals(content, from, to, CONTENT, from, to)).isTrue();
      bytes += range.length();
    }
    part.discard();
    assertThat(TestStore.tree(root)).isEmpty();
    return Block.count(bytes);
  }

  @Test
  void shouldTakeWhatIsLeftOfATornJournal() throws IOException {
    for (int length = 0; length <= goodJournal.length; length++) {
      int whole = Math.max(0, length - headerBytes()) / JournalRecord.BYTES;
      assertThat(blocksWith(Arrays.copyOf(goodJournal, length), goodPart))
          .as("cut to %d of %d", length, goodJournal.length)
          .isEqualTo(whole);
    }
  }

  @Test
  void shouldPassOverWhatIsDamaged() throws IOException {
    for (int at = 0; at < goodJournal.length; at++) {
      byte[] damaged = goodJournal.clone();
      damaged[at] ^= (byte) (1 << (at % 8));
      assertThat(blocksWith(damaged, goodPart))
          .as("flipped at %d of %d", at, goodJournal.length)
          .isEqualTo(at < headerBytes() ? 0 : RECORDS - 1);
    }
  }

  /** Damage that the checksums do not show. */
  @Test
  void shouldNotBelieveARecordThatTheContentBelies() throws IOException {
    for (int block = 0; block < RECORDS; block++) {
      byte[] bad = goodPart.clone();
      bad[block * BLOCK + 3] ^= 1;
      assertThat(blocksWith(goodJournal, bad)).as("block %d", block).isEqualTo(RECORDS - 1);
    }
  }

  @Test
  void shouldTakeNoiseForNoJournal() throws IOException {
    long seed = 2;
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      byte[] noise = new byte[random.nextInt(2 * goodJournal.length)];
      random.nextBytes(noise);
      assertThat(blocksWith(noise, goodPart)).as("seed %d, round %d", seed, i).isZero();
      byte[] tail = goodJournal.clone();
      int from = headerBytes() + random.nextInt(tail.length - headerBytes());
      System.arraycopy(noise, 0, tail, from, Math.min(noise.length, tail.length - from));
      assertThat(blocksWith(tail, goodPart)).as("seed %d, round %d", seed, i).isLessThan(4);
    }
  }

  @Test
  void shouldIgnoreBlocksThatTheFileDoesNotHave() throws IOException {
    byte[] longer = Arrays.copyOf(goodJournal, goodJournal.length + JournalRecord.BYTES);
    long checksum = Block.checksum(ByteBuffer.allocate(0));
    for (long block : new long[] {3, 1 << 30, 0xffff_ffffL}) {
      new JournalRecord(block, 0, JournalRecord.WHOLE, checksum)
          .encode()
          .get(longer, goodJournal.length, JournalRecord.BYTES);
      assertThat(blocksWith(longer, goodPart)).isEqualTo(RECORDS);
    }
  }

  @Test
  void shouldWriteOverATornRecord() throws IOException {
    for (int torn = 1; torn < JournalRecord.BYTES; torn += 13) {
      Path after = Files.createDirectory(temporary.resolve("torn-" + torn));
      Path name = after.resolve(".ferry-0123456789abcdef.journal");
      int length = headerBytes() + JournalRecord.BYTES + torn;
      Files.write(name, Arrays.copyOf(goodJournal, length));
      Files.write(after.resolve(".ferry-0123456789abcdef.part"), goodPart);
      OpenedPart part = open(after, file("file", CONTENT));
      assertThat(TestPartialFiles.blocks(part)).isEqualTo("0-1");
      writeMissing(part, CONTENT);
      part.keep();
      assertThat(name).hasBinaryContent(closedJournal);
    }
  }

  @Test
  void shouldResumeWithAnyOrderAndRepetitionOfRecords() throws IOException {
    byte[] shuffled = Arrays.copyOf(goodJournal, headerBytes() + 7 * JournalRecord.BYTES);
    int[] order = {2, 1, 1, 0, 2, 0, 1};
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(
          goodJournal,
          headerBytes() + order[i] * JournalRecord.BYTES,
          shuffled,
          headerBytes() + i * JournalRecord.BYTES,
          JournalRecord.BYTES);
    }
    Files.write(TestPartialFiles.journalIn(root), shuffled);
    OpenedPart part = open(root, file("file", CONTENT));
    assertThat(TestPartialFiles.blocks(part)).isEqualTo("0-3");
    assertThat(publish(part, CONTENT).failure()).isNull();
    assertThat(root.resolve("file")).hasBinaryContent(CONTENT);
  }

  @Test
  void shouldReadBackItsHeader() throws IOException {
    for (String name : new String[] {"", "a/b", "\ud83d\udea2".repeat(16_000)}) {
      JournalHeader header = JournalHeader.of(file(name, CONTENT));
      JournalHeader.Decoded decoded = JournalHeader.decode(header.encode());
      assertThat(decoded.header()).isEqualTo(header);
      assertThat(decoded.bytes()).isEqualTo(header.encode().remaining());
    }
  }

  /** So that part files survive an update of the program. */
  @Test
  void shouldKeepToItsFormat() {
    assertThat(HexFormat.of().formatHex(goodJournal, 0, headerBytes()))
        .isEqualTo(
            // Magic, version, length; size, time, mode, preserve; transfer; name; owner; checksum.
            "46657272794a6e6c00030000002b"
                + "000000000008000a16345785dffbcd15018400"
                + "107369787465656e206279746573206964"
                + "000466696c65"
                + "00"
                + "2fadbb00");
    ByteBuffer record = ByteBuffer.wrap(goodJournal, headerBytes(), JournalRecord.BYTES);
    assertThat(record.getInt()).as("block").isZero();
    assertThat(record.getInt()).isEqualTo(Hashing.crc32c().hashBytes(CONTENT, 0, BLOCK).asInt());
    assertThat(record.getInt()).isEqualTo(Hashing.crc32().hashBytes(CONTENT, 0, BLOCK).asInt());
    assertThat(record.getInt())
        .isEqualTo(Hashing.crc32c().hashBytes(goodJournal, headerBytes(), 12).asInt());
  }

  /** What the part file takes has the bit of a piece set, and is none. */
  @Test
  void shouldTellAPieceFromWhatThePartFileTakes() {
    JournalRecord use = JournalRecord.ofUse((1L << 62) + 12345);
    JournalRecord piece = JournalRecord.ofPiece(1 << 30, 7, ByteBuffer.wrap(CONTENT, 0, 5_000));
    ByteBuffer both = ByteBuffer.allocate(2 * JournalRecord.BYTES);
    both.put(piece.encode()).put(use.encode()).flip();
    assertThat(JournalRecord.decode(both)).isEqualTo(piece);
    assertThat(JournalRecord.decode(both)).isEqualTo(use);
  }

  @Test
  void shouldReadBackPieces() {
    Random random = new Random(3);
    for (int i = 0; i < 1000; i++) {
      int from = random.nextInt(BLOCK);
      ByteBuffer content = ByteBuffer.wrap(CONTENT, 0, 1 + random.nextInt(BLOCK - from));
      JournalRecord piece = JournalRecord.ofPiece(random.nextInt(1 << 30), from, content);
      assertThat(JournalRecord.decode(piece.encode())).isEqualTo(piece);
      assertThat(piece.matches(content)).isTrue();
      assertThat(piece.matches(ByteBuffer.wrap(CONTENT, 1, content.remaining()))).isFalse();
    }
  }
}

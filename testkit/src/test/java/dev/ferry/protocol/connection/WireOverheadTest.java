package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.protocol.wire.frame.AckRanges;
import dev.ferry.protocol.wire.frame.AckTimes;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Cancel;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import dev.ferry.protocol.wire.frame.FrameHandler;
import dev.ferry.protocol.wire.frame.FrameReader;
import dev.ferry.protocol.wire.frame.FrameReader.Outcome;
import dev.ferry.protocol.wire.frame.FrameWriter;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A packet of content has 32 bytes that are not content, tag included (protocol.md, section 10).
 */
class WireOverheadTest {
  private static final int OVERHEAD_BYTES = 32;
  private static final long FILE_BYTES = 20_000_000;

  @ParameterizedTest
  @ValueSource(
      longs = {0, 1, 0xFFFF_FFFFL, 1L << 32, 40L << 40, FileAttributes.MAX_SIZE_BYTES - 10_000})
  void shouldAddAsLittleWhateverTheOffsetAndTheNumber(long offset) {
    for (long number : new long[] {0, 1, 1L << 31, 1L << 32, PacketHeader.MAX_NUMBER}) {
      PacketSealer sealer = new PacketSealer(CipherSuite.AES_128_GCM, new byte[32]);
      ByteBuffer packet = ByteBuffer.allocate(1472);
      PacketHeader.write(packet, sealer.nextPhase(), 7, number);
      assertThat(FrameWriter.dataHeader(0, offset, packet)).isTrue();
      int before = packet.position();
      int contentBytes = packet.remaining() - PacketSealer.TAG_BYTES;
      int plaintextBytes = before + contentBytes - PacketHeader.BYTES;
      int bytes = sealer.seal(number, packet.array(), 0, PacketHeader.BYTES, plaintextBytes);
      assertThat(bytes).isEqualTo(1472);
      assertThat(bytes - contentBytes)
          .as("overhead of packet %s at %s", number, offset)
          .isLessThanOrEqualTo(OVERHEAD_BYTES);
    }
  }

  /** The file is small, or all of it but the end is at the server already. */
  @ParameterizedTest
  @CsvSource({"0, 0", "40000000000000, 0", "0, 100"})
  void shouldAddAsLittleInAWholeTransfer(long storedBytes, int dropEvery) {
    Scales scales = new Scales();
    long sizeBytes = storedBytes + FILE_BYTES;
    new BareTransfer(sizeBytes, storedBytes, dropEvery, scales::weigh).runUntil(sizeBytes);

    assertThat(scales.contentBytes).isGreaterThanOrEqualTo(FILE_BYTES);
    assertThat(scales.fullPackets).isGreaterThan(FILE_BYTES / BareTransfer.DATAGRAM_BYTES * 9 / 10);
    assertThat(scales.worstOverheadBytes).isLessThanOrEqualTo(OVERHEAD_BYTES);
    // What else is in them, and the packets without content, included.
    double overhead = (double) (scales.wireBytes - scales.contentBytes) / scales.packets;
    assertThat(overhead).as("bytes for each packet").isLessThan(OVERHEAD_BYTES + 1);
  }

  /** Opens what the client sends, and weighs it. */
  private static final class Scales implements FrameHandler {
    private final PacketOpener opener =
        new PacketOpener(CipherSuite.AES_128_GCM, BareTransfer.TO_SERVER);
    private final FrameReader reader = new FrameReader();
    private long number;
    private boolean mixed;
    private int packetContentBytes;

    private long packets;
    private long fullPackets;
    private long wireBytes;
    private long contentBytes;
    private int worstOverheadBytes;

    void weigh(ByteBuffer datagram) {
      int bytes = datagram.remaining();
      byte[] packet = new byte[bytes];
      datagram.get(0, packet);
      int cipherBytes = bytes - PacketHeader.BYTES;
      int opened = opener.open(number++, 0, packet, 0, PacketHeader.BYTES, cipherBytes);
      ByteBuffer content = ByteBuffer.wrap(packet, PacketHeader.BYTES, opened);
      mixed = false;
      packetContentBytes = 0;
      assertThat(reader.read(content, this)).isNotEqualTo(Outcome.MALFORMED);
      packets++;
      wireBytes += bytes;
      contentBytes += packetContentBytes;
      if (bytes == BareTransfer.DATAGRAM_BYTES && packetContentBytes > 0 && !mixed) {
        fullPackets++;
        worstOverheadBytes = Math.max(worstOverheadBytes, bytes - packetContentBytes);
      }
    }

    @Override
    public void onAck(AckRanges ranges, AckTimes times) {
      mixed = true;
    }

    @Override
    public void onOpen(Open open) {
      mixed = true;
    }

    @Override
    public void onAgain(Again again) {
      mixed = true;
    }

    @Override
    public void onCopy(Copy copy) {
      mixed = true;
    }

    @Override
    public void onFinish(Finish finish) {
      mixed = true;
    }

    @Override
    public void onPing() {
      mixed = true;
    }

    @Override
    public void onData(long fileId, long offset, ByteBuffer data) {
      packetContentBytes = data.remaining();
    }

    @Override
    public void onMaxRate(long bytesPerSecond) {}

    @Override
    public void onAccept(Accept accept) {}

    @Override
    public void onReject(Reject reject) {}

    @Override
    public void onWindow(long fileId, long limit) {}

    @Override
    public void onDone(long fileId) {}

    @Override
    public void onPathChallenge(long random) {}

    @Override
    public void onPathResponse(long random) {}

    @Override
    public void onShortData(long fileId, long offset, ByteBuffer data) {
      mixed = true;
    }

    @Override
    public void onCancel(Cancel cancel) {}

    @Override
    public void onClose(Close close) {}
  }
}

package dev.ferry.protocol.server;

import dev.ferry.testkit.sim.SimSourceFile;
import dev.ferry.testkit.sim.Simulation;
import dev.ferry.testkit.sim.Tap;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Every datagram that the hosts of a simulation send: when, in which direction, and its bytes. The
 * text has a digest of all of them, the first ones for people to read, and one check byte for each,
 * which tells where two transcripts part.
 */
final class Transcript {
  private static final int SHOWN_DATAGRAMS = 12;
  private static final int SHOWN_BYTES = 24;
  private static final int CHECKS_PER_LINE = 40;
  private static final int ENTRY_HEADER_BYTES = Long.BYTES + 1 + Integer.BYTES;
  private static final String CHECKS = "  checks ";

  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private final ByteArrayOutputStream checks = new ByteArrayOutputStream();
  private final List<String> beginning = new ArrayList<>();
  private long totalBytes;

  /** Records what is sent from now on; times count from here. */
  static Transcript of(Simulation simulation, InetSocketAddress server) {
    Transcript transcript = new Transcript();
    long startNs = simulation.nowNs();
    simulation.tap(
        new Tap() {
          @Override
          public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
            transcript.add(simulation.nowNs() - startNs, from.equals(server) ? '<' : '>', datagram);
          }
        });
    return transcript;
  }

  private void add(long sinceStartNs, char direction, byte[] datagram) {
    byte[] entry =
        ByteBuffer.allocate(ENTRY_HEADER_BYTES + datagram.length)
            .putLong(sinceStartNs)
            .put((byte) direction)
            .putInt(datagram.length)
            .put(datagram)
            .array();
    entries.writeBytes(entry);
    // Any change of a single byte changes this one, since 31 is odd.
    checks.write(Arrays.hashCode(entry));
    totalBytes += datagram.length;
    if (beginning.size() < SHOWN_DATAGRAMS) {
      int shownBytes = Math.min(datagram.length, SHOWN_BYTES);
      beginning.add(
          String.format(
              Locale.ROOT,
              "  %12d ns %c %4d bytes: %s",
              sinceStartNs,
              direction,
              datagram.length,
              HexFormat.of().formatHex(datagram, 0, shownBytes)));
    }
  }

  /** Lines, the first of which begins with a title. */
  String text(String title) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: %d datagrams, %d bytes, SHA-256 %s",
            title,
            checks.size(),
            totalBytes,
            HexFormat.of().formatHex(SimSourceFile.sha256(entries.toByteArray()))));
    lines.addAll(beginning);
    byte[] all = checks.toByteArray();
    for (int start = 0; start < all.length; start += CHECKS_PER_LINE) {
      int end = Math.min(all.length, start + CHECKS_PER_LINE);
      lines.add(CHECKS + HexFormat.of().formatHex(all, start, end));
    }
    return String.join("\n", lines);
  }

  /**
   * The number of the first datagram, from 1 on, in which two texts differ. A check byte overlooks
   * one change in 256 at most.
   */
  static int firstDifference(String text, String other) {
    byte[] checks = checks(text);
    byte[] otherChecks = checks(other);
    int mismatch = Arrays.mismatch(checks, otherChecks);
    return (mismatch < 0 ? checks.length : mismatch) + 1;
  }

  private static byte[] checks(String text) {
    StringBuilder digits = new StringBuilder();
    text.lines()
        .filter(line -> line.startsWith(CHECKS))
        .forEach(line -> digits.append(line, CHECKS.length(), line.length()));
    return HexFormat.of().parseHex(digits);
  }
}

package dev.ferry.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Whatever a server says is a list, its entries are read as they stand there, or it is none. A
 * normal run replays the inputs in {@code ListEntryFuzzTestInputs}; with {@code JAZZER_FUZZ=1} this
 * searches for new ones.
 */
class ListEntryFuzzTest {
  @FuzzTest(maxDuration = "", maxExecutions = 10_000_000)
  void shouldReadEntriesAsTheyStandThere(byte[] list) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(list));
    int from = 0;
    try {
      for (ListEntry entry = ListEntry.read(in); entry != null; entry = ListEntry.read(in)) {
        byte[] written = entry.encode();
        int end = from + written.length;
        if (end > list.length || !Arrays.equals(written, Arrays.copyOfRange(list, from, end))) {
          throw new AssertionError("read otherwise than it was written: " + entry);
        }
        from = end;
      }
    } catch (IOException e) {
      return; // It is none.
    }
    if (from != list.length) {
      throw new AssertionError("bytes that belong to no entry");
    }
  }
}

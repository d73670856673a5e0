package dev.ferry.protocol.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link SentPackets} against a ledger that looks at every packet every time. */
class SentPacketsModelTest {
  private static final long DELAY = 30 * Nanos.MILLISECOND;

  private static final class Model implements SentPacketListener {
    final Map<Long, Long> inFlight = new TreeMap<>();
    final Set<Long> lost = new HashSet<>();
    final Map<Long, Integer> carried = new HashMap<>();
    final List<Long> heardAcked = new ArrayList<>();
    final List<Long> heardLate = new ArrayList<>();
    final List<Long> heardLost = new ArrayList<>();
    long largestAcked = -1;
    long deliveredBytes;
    long lostBytes;
    long mistakes;

    @Override
    public void onAcknowledged(long number, boolean wasLost) {
      (wasLost ? heardLate : heardAcked).add(number);
    }

    @Override
    public void onLost(long number) {
      heardLost.add(number);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 4096})
  void shouldAgreeWithALedgerThatLooksAtEveryPacket(int maxPackets) {
    for (long seed = 0; seed < 10; seed++) {
      run(maxPackets, new SplittableRandom(seed), "seed " + seed);
    }
  }

  private static void run(int maxPackets, SplittableRandom chance, String name) {
    SentPackets sent = new SentPackets(maxPackets, ByteBudget.unlimited());
    Model model = new Model();
    long nowNs = Long.MAX_VALUE - 100 * Nanos.MILLISECOND;
    int burst = 1 + chance.nextInt(maxPackets / 4);
    for (int step = 0; step < 250; step++) {
      nowNs += chance.nextLong(10 * Nanos.MILLISECOND);
      for (int i = chance.nextInt(burst + 1); i > 0 && sent.hasRoom(); i--) {
        send(sent, model, chance, nowNs);
      }
      if (chance.nextInt(3) > 0 && sent.nextNumber() > 0) {
        acknowledge(sent, model, chance, nowNs, name);
      }
      detectLosses(sent, model, nowNs, name);
      compare(sent, model, name);
    }
    assertThat(model.deliveredBytes).as(name).isPositive();
    assertThat(model.lostBytes).as(name).isPositive();
    assertThat(model.mistakes).as(name).isPositive();
  }

  private static void send(SentPackets sent, Model model, SplittableRandom chance, long nowNs) {
    long number = sent.nextNumber() + (chance.nextInt(20) == 0 ? 1 : 0);
    boolean eliciting = chance.nextInt(5) > 0;
    int bytes = 1 + chance.nextInt(1500);
    if (number - sent.oldestInFlight() >= 256) {
      number = sent.nextNumber();
    }
    sent.sent(number, bytes, eliciting, nowNs);
    sent.carriesData(number, 3 * number, bytes);
    sent.carriesFrames(number, (int) number);
    sent.carriesAck(number, number / 2);
    model.carried.put(number, eliciting ? bytes : 0);
    if (eliciting) {
      model.inFlight.put(number, nowNs);
    }
  }

  private static void acknowledge(
      SentPackets sent, Model model, SplittableRandom chance, long nowNs, String name) {
    sent.beginAck(nowNs);
    List<Long> newly = new ArrayList<>();
    List<Long> late = new ArrayList<>();
    long high = sent.nextNumber() - 1 - chance.nextLong(Math.min(40, sent.nextNumber()));
    for (int range = 0; range < 5 && high >= 0; range++) {
      while (high >= 0 && !model.carried.containsKey(high)) {
        high--;
      }
      long low = high;
      long length = chance.nextLong(20);
      while (low > 0 && high - low < length && model.carried.containsKey(low - 1)) {
        low--;
      }
      if (high < 0) {
        break;
      }
      assertThat(sent.acknowledge(low, high, model)).as(name).isTrue();
      model.largestAcked = Math.max(model.largestAcked, high);
      for (long number = low; number <= high; number++) {
        if (model.inFlight.remove(number) != null) {
          newly.add(number);
          model.deliveredBytes += model.carried.get(number);
        } else if (model.lost.contains(number)) {
          late.add(number);
        }
      }
      high = low - 2 - chance.nextInt(3);
    }
    Collections.sort(newly);
    Collections.sort(model.heardAcked);
    assertThat(model.heardAcked).as(name).isEqualTo(newly);
    // The ledger does not remember all that was lost.
    assertThat(new HashSet<>(late).containsAll(model.heardLate)).as(name).isTrue();
    assertThat(model.heardLate).as(name).doesNotHaveDuplicates();
    for (long number : model.heardLate) {
      model.lost.remove(number);
      model.deliveredBytes += model.carried.get(number);
      model.mistakes++;
    }
    assertThat(sent.hasNewlyAcked()).as(name).isEqualTo(!newly.isEmpty());
    model.heardAcked.clear();
    model.heardLate.clear();
  }

  private static void detectLosses(SentPackets sent, Model model, long nowNs, String name) {
    List<Long> expected = new ArrayList<>();
    long nextNs = Nanos.NEVER;
    for (Map.Entry<Long, Long> packet : model.inFlight.entrySet()) {
      long number = packet.getKey();
      if (number <= model.largestAcked) {
        if (number <= model.largestAcked - 3 || packet.getValue() + DELAY - nowNs <= 0) {
          expected.add(number);
        } else {
          nextNs = Nanos.earlier(nextNs, packet.getValue() + DELAY);
        }
      }
    }
    assertThat(sent.detectLosses(DELAY, nowNs, model)).as(name).isEqualTo(nextNs);
    assertThat(model.heardLost).as(name).isEqualTo(expected);
    model.heardLost.clear();
    for (long number : expected) {
      model.inFlight.remove(number);
      model.lost.add(number);
      model.lostBytes += model.carried.get(number);
    }
  }

  private static boolean isAsSent(SentPackets sent, long number, int bytes, long sentNs) {
    return sent.dataOffset(number) == 3 * number
        && sent.dataLength(number) == bytes
        && sent.bytes(number) == bytes
        && sent.sentNs(number) == sentNs
        && sent.frames(number) == (int) number
        && sent.largestReported(number) == number / 2
        && sent.flightAtSendBytes(number) >= bytes
        && sent.lostSinceBytes(number) <= sent.lostBytes();
  }

  private static void compare(SentPackets sent, Model model, String name) {
    long bytes = 0;
    long wrong = 0;
    for (long number : model.inFlight.keySet()) {
      int carried = model.carried.get(number);
      bytes += carried;
      wrong += isAsSent(sent, number, carried, model.inFlight.get(number)) ? 0 : 1;
    }
    assertThat(wrong).as(name).isZero();
    assertThat(sent.bytesInFlight()).as(name).isEqualTo(bytes);
    assertThat(sent.packetsInFlight()).as(name).isEqualTo(model.inFlight.size());
    long oldest = model.inFlight.keySet().stream().findFirst().orElse(sent.nextNumber());
    assertThat(sent.oldestInFlight()).as(name).isEqualTo(oldest);
    assertThat(sent.deliveredBytes()).as(name).isEqualTo(model.deliveredBytes);
    assertThat(sent.lostBytes()).as(name).isEqualTo(model.lostBytes);
  }
}

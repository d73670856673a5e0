package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ferry.netsim.Fate;
import dev.ferry.netsim.Fate.Delivery;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.core.Flow;
import dev.ferry.proxy.core.Tap;
import dev.ferry.proxy.diagram.CourseBuilder;
import dev.ferry.proxy.diagram.Diagram;
import dev.ferry.proxy.trace.TraceEvent;
import dev.ferry.proxy.trace.TraceEvent.Entered;
import dev.ferry.proxy.trace.TraceEvent.Opened;
import dev.ferry.proxy.trace.TraceEvent.Sent;
import dev.ferry.proxy.trace.TraceFormatException;
import dev.ferry.proxy.trace.TraceReader;
import dev.ferry.proxy.trace.TraceWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was written comes back, and nothing else is taken for it. */
class TraceReaderTest {
  private static final String GOOD =
      "{\"schema\":\"ferry.trace.v1\",\"event\":\"entered\",\"timeNs\":5,\"flow\":1,"
          + "\"direction\":\"up\",\"number\":1,\"bytes\":3,\"verdict\":\"lost\","
          + "\"deliveries\":[{\"kind\":\"replay\",\"number\":1,\"atNs\":9}]}";

  private static List<TraceEvent> read(String trace) throws IOException, TraceFormatException {
    List<TraceEvent> events = new ArrayList<>();
    TraceReader.read(new BufferedReader(new StringReader(trace)), events::add);
    return events;
  }

  /** Writes a trace and beside it what should be read from it, in brief. */
  private static final class Notes implements Tap {
    final StringBuilder trace = new StringBuilder();
    final List<String> expected = new ArrayList<>();
    private final Tap writer = new TraceWriter(0, line -> trace.append(new String(line, UTF_8)));

    @Override
    public void opened(Flow flow, long nowNs) {
      writer.opened(flow, nowNs);
      expected.add(nowNs + " " + flow.number() + " " + flow.client().getPort());
    }

    @Override
    public void entered(Flow flow, Direction way, ByteBuffer payload, Fate fate, long nowNs) {
      writer.entered(flow, way, payload, fate, nowNs);
      int bytes = payload.remaining();
      StringBuilder note = new StringBuilder(nowNs + " " + flow.number() + " " + way + " ");
      note.append(fate.number()).append(' ').append(bytes).append(' ').append(fate.drop() == null);
      for (Delivery d : fate.deliveries()) {
        boolean cut = d.kind() != Fate.Kind.REPLAY && d.keptBytes() < bytes;
        note.append(" [").append(d.kind()).append(' ').append(d.number()).append(' ');
        note.append(d.atNs()).append(' ').append(d.flippedBit() >= 0).append(' ');
        note.append(cut ? d.keptBytes() : -1).append(' ').append(d.heldBack()).append(']');
      }
      note.append(' ').append(way == Direction.UP ? fate.binding() : 0);
      expected.add(note.toString());
    }

    @Override
    public void sent(Flow flow, Direction way, Delivery delivery, ByteBuffer payload, long nowNs) {
      writer.sent(flow, way, delivery, payload, nowNs);
      expected.add(
          nowNs
              + " "
              + flow.number()
              + " "
              + way
              + " "
              + delivery.number()
              + " "
              + delivery.kind()
              + " "
              + delivery.atNs());
    }
  }

  private static String note(TraceEvent event) {
    String head = event.atNs() + " " + event.flow() + " ";
    if (event instanceof Opened opened) {
      return head + opened.port();
    } else if (event instanceof Entered entered) {
      StringBuilder note = new StringBuilder(head + entered.direction() + " ");
      note.append(entered.number()).append(' ').append(entered.bytes()).append(' ');
      note.append(entered.verdict().equals(TraceEvent.DELIVERED));
      for (TraceEvent.Delivery d : entered.deliveries()) {
        note.append(" [").append(d.kind()).append(' ').append(d.number()).append(' ');
        note.append(d.dueNs()).append(' ').append(d.damaged()).append(' ');
        note.append(d.keptBytes()).append(' ').append(d.heldBack()).append(']');
      }
      note.append(' ').append(entered.moves());
      return note.toString();
    }
    Sent sent = (Sent) event;
    return head + sent.direction() + " " + sent.number() + " " + sent.kind() + " " + sent.dueNs();
  }

  @Test
  void shouldReadWhatWasWritten() throws IOException, TraceFormatException {
    for (long course = 0; course < 20; course++) {
      Notes notes = new Notes();
      new RandomCourse(course, 0).run(course, notes);
      assertThat(read(notes.trace.toString()).stream().map(TraceReaderTest::note))
          .as("course %d", course)
          .isEqualTo(notes.expected);
    }
  }

  @Test
  void shouldLeaveOutEventsOfTheFuture() throws IOException, TraceFormatException {
    String future =
        "{\"schema\":\"ferry.trace.v1\",\"event\":\"rebound\",\"timeNs\":5,\"flow\":1,\"new\":true}";
    assertThat(read(future + "\n" + GOOD.replace("\"bytes\"", "\"new\":[1],\"bytes\""))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "{}",
        "[]",
        "null",
        "{\"schema\":\"ferry.trace.v2\",\"event\":\"x\",\"timeNs\":5,\"flow\":1}",
        "{\"schema\":\"ferry.trace.v1\",\"event\":\"opened\",\"timeNs\":5}",
        "{\"schema\":\"ferry.trace.v1\",\"event\":\"x\",\"timeNs\":\"a\",\"flow\":1}",
        "{\"schema\":\"ferry.trace.v1\",\"event\":\"x\",\"timeNs\":1.5,\"flow\":1}",
        "{\"schema\":\"ferry.trace.v1\",\"event\":\"x\",\"timeNs\":-5,\"flow\":1}",
        "{\"schema\":\"ferry.trace.v1\",\"event\":\"x\",\"timeNs\":1e99,\"flow\":1}",
        "{\"schema\":\"ferry.trace.v1\",\"event\":\"opened\",\"timeNs\":4,\"flow\":1,"
            + "\"client\":\"::1\",\"port\":1}",
        "{\"schema\":\"ferry.trace.v1\",\"event\":\"x\",\"timeNs\":5,\"flow\":1}{}",
        "{\"schema\":\"ferry.trace.v1\",\"event\":\"x\",\"timeNs\":5,\"flow\":1,\"flow\":1}",
        "{\"schema\":\"ferry.trace.v1\",\"event\":\"x\",\"timeNs\":5,\"flow\":null}",
        "{'schema':'ferry.trace.v1','event':'x','timeNs':5,'flow':1}",
        "\u007fELF\u0002"
      })
  void shouldNameTheLineThatIsNotOneOfATrace(String line) {
    TraceFormatException failure =
        catchThrowableOfType(
            TraceFormatException.class, () -> read(GOOD + "\n" + GOOD + "\n" + line + "\n"));
    assertThat(failure).as(line).isNotNull();
    assertThat(failure.line()).isEqualTo(3);
    assertThat(failure).hasMessageMatching("[ -~]{10,}");
  }

  @Test
  void shouldNameALineThatWasCutOff() {
    for (int length = 1; length < GOOD.length(); length++) {
      String cut = GOOD.substring(0, length);
      assertThat(catchThrowableOfType(TraceFormatException.class, () -> read(cut)))
          .as(cut)
          .isNotNull();
    }
  }

  @Test
  void shouldDrawOrRefuseWhateverWasDoneToATrace() throws IOException {
    String trace = LabCourse.trace("loss=30%,duplicate=30%,replay=20%", 7, 8);
    Random random = new Random(7);
    int drawn = 0;
    for (int round = 0; round < 400; round++) {
      StringBuilder damaged = new StringBuilder(trace);
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(damaged.length());
        damaged.setCharAt(at, "0123456789\"{,:trueups".charAt(random.nextInt(21)));
      }
      CourseBuilder course = new CourseBuilder(null);
      try {
        TraceReader.read(new BufferedReader(new StringReader(damaged.toString())), course::add);
        if (!course.isEmpty()) {
          assertThat(Diagram.of(course, 20).svg()).as("round %d", round).endsWith("</svg>\n");
          drawn++;
        }
      } catch (TraceFormatException e) {
        assertThat(e.line()).as("round %d", round).isPositive();
      }
    }
    assertThat(drawn).isBetween(20, 380);
  }
}

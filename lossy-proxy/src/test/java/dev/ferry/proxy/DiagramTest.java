package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.proxy.Picture.Text;
import dev.ferry.proxy.diagram.CourseBuilder;
import dev.ferry.proxy.diagram.Diagram;
import dev.ferry.proxy.trace.TraceFormatException;
import dev.ferry.proxy.trace.TraceReader;
import dev.ferry.proxy.trace.TraceWriter;
import java.awt.geom.Rectangle2D;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures of traces, looked at by a program. */
class DiagramTest {
  private static final int MAX_MESSAGES = 200;

  private static Diagram draw(String trace, Long flow, int maxMessages) {
    CourseBuilder course = new CourseBuilder(flow);
    try {
      TraceReader.read(new BufferedReader(new StringReader(trace)), course::add);
    } catch (IOException | TraceFormatException e) {
      throw new AssertionError(e);
    }
    return Diagram.of(course, maxMessages);
  }

  private static Picture picture(String trace) {
    return new Picture(draw(trace, null, MAX_MESSAGES).svg());
  }

  private static String randomTrace(long course) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new RandomCourse(course, 0).run(course, new TraceWriter(0, out::writeBytes));
    return out.toString(UTF_8);
  }

  private static String randomLabTrace(long seed) {
    Random random = new Random(seed);
    String impairment =
        String.format(
            Locale.ROOT,
            "loss=%d%%,duplicate=%d%%,reorder=%d%%:%dms,delay=%dms,jitter=%dms,replay=%d%%,"
                + "corrupt=%d%%",
            random.nextInt(50),
            random.nextInt(60),
            random.nextInt(60),
            random.nextInt(900),
            random.nextInt(3) * random.nextInt(300),
            random.nextInt(20),
            random.nextInt(40),
            random.nextInt(10));
    String name = "name".repeat(1 + random.nextInt(20));
    return LabCourse.trace(impairment, seed, name, 1 + random.nextInt(60));
  }

  private static long entered(String trace, int flow, String direction) {
    String text = "\"flow\":" + flow + ",\"direction\":\"" + direction + "\"";
    return trace
        .lines()
        .filter(line -> line.contains("\"event\":\"entered\"") && line.contains(text))
        .count();
  }

  private static void assertComplete(Picture picture, String trace, int flow, String what) {
    for (String direction : List.of("up", "down")) {
      long shown = picture.datagrams().stream().filter(d -> d.startsWith(direction + " ")).count();
      assertThat(shown + picture.folded(direction))
          .as("%s: flow %d %s", what, flow, direction)
          .isEqualTo(entered(trace, flow, direction));
    }
    assertThat(picture.datagrams()).as(what).doesNotHaveDuplicates();
    assertThat(picture.datagrams()).as(what).hasSizeLessThanOrEqualTo(MAX_MESSAGES);
  }

  private static void assertReadable(Picture picture, String what) {
    List<Text> texts = new ArrayList<>(picture.labels());
    texts.addAll(picture.bands());
    assertApart(texts, what);
    List<Text> times = new ArrayList<>(picture.times());
    times.addAll(picture.idle());
    assertApart(times, what);
    texts.addAll(times);
    Rectangle2D page = new Rectangle2D.Double(0, 0, picture.width(), picture.height());
    for (Text text : texts) {
      Rectangle2D bounds = text.area().getBounds2D();
      assertThat(page.contains(bounds)).as("%s: %s at %s", what, text.text(), bounds).isTrue();
    }
  }

  private static void assertApart(List<Text> texts, String what) {
    for (int i = 0; i < texts.size(); i++) {
      for (int j = i + 1; j < texts.size(); j++) {
        Text one = texts.get(i);
        Text other = texts.get(j);
        if (Math.abs(one.y() - other.y()) < 150) {
          assertThat(one.touches(other))
              .as("%s: '%s' touches '%s' at %s", what, one.text(), other.text(), one.y())
              .isFalse();
        }
      }
    }
  }

  @Test
  void shouldShowOrCountEveryDatagramAndKeepTextsApartWhateverHappens() {
    for (int seed = 0; seed < 8; seed++) {
      String trace = randomTrace(seed);
      for (int flow = 1; flow <= 3; flow++) {
        Picture picture = new Picture(draw(trace, (long) flow, MAX_MESSAGES).svg());
        assertComplete(picture, trace, flow, "seed " + seed);
        assertReadable(picture, "seed " + seed);
      }
    }
  }

  @Test
  void shouldShowOrCountEveryDatagramOfUploadsAndKeepTextsApart() {
    for (int seed = 0; seed < 30; seed++) {
      String trace = randomLabTrace(seed);
      Picture picture = picture(trace);
      assertComplete(picture, trace, 1, "seed " + seed);
      assertReadable(picture, "seed " + seed);
    }
  }

  @Test
  void shouldDrawTheSameForTheSameTrace() {
    assertThat(draw(randomLabTrace(5), null, 50)).isEqualTo(draw(randomLabTrace(5), null, 50));
  }

  @Test
  void shouldShowASmallUploadAsASlideDoes() {
    Picture picture = picture(LabCourse.trace("delay=20ms", 1, 2));

    assertThat(picture.labels())
        .extracting(Text::text)
        .containsExactly(
            "s | 0 | notes.txt | 2928",
            "a | 1 | 1472",
            "d 1 (1464 B)",
            "a 2",
            "d 2 (1464 B)",
            "a 3");
    assertThat(picture.title()).isEqualTo("notes.txt, 2\u202f928 bytes");
    assertThat(picture.times()).extracting(Text::text).startsWith("0.0 ms", "20.3 ms", "40.6 ms");
    assertThat(picture.bands()).isEmpty();
    assertThat(picture.legend()).contains("client to server").doesNotContain("again", "arrive");
  }

  @Test
  void shouldFoldALongUploadWithoutFaults() {
    Picture picture = picture(LabCourse.trace("delay=1ms", 1, 700));

    assertThat(picture.bands())
        .extracting(Text::text)
        .containsExactly("… 698 chunks and 698 acknowledgements in 1.81 s, nothing lost …");
    assertThat(picture.labels())
        .extracting(Text::text)
        .containsExactly(
            "s | 0 | notes.txt | 1024800",
            "a | 1 | 1472",
            "d 1 (1464 B)",
            "a 2",
            "d 700 (1464 B)",
            "a 701");
  }

  @Test
  void shouldShowALossAndItsRepetitionWithinALongUpload() {
    Picture picture = picture(LabCourse.trace("loss=list:300", 1, 700));

    assertThat(picture.bands()).hasSize(2);
    assertThat(picture.labels())
        .extracting(Text::text)
        .contains("d 299 (1464 B)lost", "d 299 (1464 B)again", "a 300lost");
    assertThat(picture.count("cross")).isEqualTo(2);
    assertThat(picture.legend()).contains("sent again", "does not arrive", "left out");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 11, 50})
  void shouldCountTheMiddleIfThereIsTooMuch(int most) {
    String trace = LabCourse.trace("loss=40%", 3, 300);
    Diagram diagram = draw(trace, null, most);
    Picture picture = new Picture(diagram.svg());

    assertThat(diagram.shown()).isEqualTo(most).isEqualTo(picture.datagrams().size());
    assertComplete(picture, trace, 1, "at most " + most);
    assertThat(picture.bands()).hasSizeLessThanOrEqualTo(most);
    assertThat(picture.labels().get(0).text()).startsWith("s | 0 | notes.txt");
    assertThat(picture.labels().get(picture.labels().size() - 1).text()).startsWith("a 301");
  }

  @Test
  void shouldMarkWhatIsUnusual() {
    Picture duplicates = picture(LabCourse.trace("duplicate=100%", 1, 3));
    assertThat(duplicates.labels().get(0).text()).endsWith("twice");
    // The server answers each copy, and each answer comes twice: a line and a head for each.
    assertThat(duplicates.count("copy")).isEqualTo(2L * duplicates.datagrams().size());
    Picture held = picture(LabCourse.trace("reorder=100%:5ms", 1, 3));
    assertThat(held.labels()).allMatch(label -> label.text().endsWith("held back"));
    assertThat(held.count("held")).isEqualTo(2L * held.datagrams().size());
    Picture replays = picture(LabCourse.trace("replay=100%", 1, 3));
    assertThat(replays.labels()).anyMatch(label -> label.text().equals("replay: a | 1 | 1472"));
    assertThat(replays.count("dot")).isPositive();
    Picture moved = picture(LabCourse.trace("rebind=50ms,delay=20ms", 1, 3));
    assertThat(moved.labels()).anyMatch(label -> label.text().equals("d 2 (1464 B)moved"));
    Picture down = picture(LabCourse.trace("blackhole=50ms/2s,delay=20ms", 1, 3));
    assertThat(down.count("down-time")).isPositive();
    assertThat(down.labels()).anyMatch(label -> label.text().endsWith("again, path down"));
  }

  @Test
  void shouldCutIdleTimeOut() {
    Picture picture = picture(LabCourse.trace("loss=list:4", 1, 3));
    assertThat(picture.idle()).extracting(Text::text).contains("500.0 ms");
    assertThat(picture.height()).isLessThan(900);
  }

  @Test
  void shouldDrawLaterSendingsFurtherDown() {
    for (int seed = 0; seed < 20; seed++) {
      double last = 0;
      for (Text time : picture(randomLabTrace(seed)).times()) {
        assertThat(time.y()).as("seed %d", seed).isGreaterThan(last);
        last = time.y();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "]]>&amp;\"'<!--",
        "\u0001\u001b[2J",
        "\u05d0\u05d1\u05d2",
        "\ud83d\ude00",
        "\u4f60\u597d"
      })
  void shouldEscapeWhatPeersSay(String name) {
    String escaped = name.replace("\u0001", "\\u0001").replace("\u001b", "\\u001b");
    Picture picture = picture(LabCourse.trace("delay=1ms", 1, name, 1));

    String shown = picture.labels().get(0).text().replaceAll("[\u2068\u2069]", "");
    assertThat(shown).isEqualTo("s | 0 | " + escaped + " | 1464");
    assertThat(picture.title()).contains(escaped);
  }

  @Test
  void shouldReplaceWhatXmlCannotHold() {
    String trace = LabCourse.trace("delay=1ms", 1, "name", 1);
    Picture picture = picture(trace.replace("\"name\":\"name\"", "\"name\":\"\\u0000\\ud800x\""));
    assertThat(picture.labels().get(0).text()).isEqualTo("s | 0 | \ufffd\ufffdx | 1464");
  }

  @ParameterizedTest
  @ValueSource(strings = {"long", "\u4f60\u597d", "\ud83d\ude00"})
  void shouldShortenLongNames(String part) {
    Picture picture = picture(LabCourse.trace("loss=list:1", 1, part.repeat(40) + ".txt", 1));
    assertThat(picture.labels().get(0).text()).contains("…", ".txt | 1464");
    assertReadable(picture, part);
  }

  @Test
  void shouldSayWhenSomethingHadNotArrivedInTheEnd() {
    String trace = LabCourse.trace("delay=20ms", 1, 3);
    String cut = trace.lines().limit(2).reduce("", (a, b) -> a + b + "\n");
    Picture picture = picture(cut);
    assertThat(picture.labels())
        .extracting(Text::text)
        .containsExactly("s | 0 | notes.txt | 4392under way");
    assertThat(picture.count("open")).isEqualTo(1);
  }
}

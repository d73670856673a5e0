package dev.ferry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.netsim.ImpairmentSpec.Blackhole;
import dev.ferry.netsim.ImpairmentSpec.QueueLimit;
import dev.ferry.netsim.ImpairmentSpec.Rebinding;
import dev.ferry.netsim.Jitter;
import dev.ferry.netsim.Jitter.Shape;
import dev.ferry.netsim.RateLimit;
import dev.ferry.netsim.Selection;
import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Impairments as people write them. */
class ImpairmentTextTest {
  private static final long MS = Nanos.MILLISECOND;

  private static ImpairmentSpec parse(String text) throws CommandException {
    return ImpairmentText.apply(ImpairmentSpec.NONE, text);
  }

  @Test
  void shouldReadEveryProperty() throws CommandException {
    ImpairmentSpec spec =
        parse(
            "loss=10%,delay=50ms,jitter=10ms:normal:25%,reorder=5%:20ms,duplicate=0.1,"
                + "corrupt=1%,truncate=2%,rate=10mbit,queue=64KiB,mtu=1400,blackhole=5s/2s,"
                + "replay=0.5%,rebind=1s/5s:address");
    assertThat(spec)
        .isEqualTo(
            new ImpairmentSpec(
                new Selection.Independent(0.1),
                50 * MS,
                new Jitter(Shape.NORMAL, 10 * MS, 0.25),
                Selection.share(0.05),
                20 * MS,
                Selection.share(0.1),
                Selection.share(0.01),
                Selection.share(0.02),
                new RateLimit.Constant(10_000_000),
                QueueLimit.ofBytes(64 << 10),
                1400,
                new Blackhole(5000 * MS, 2000 * MS),
                Selection.share(0.005),
                new Rebinding(1000 * MS, 5000 * MS, true)));
  }

  @Test
  void shouldReadEverySelection() throws CommandException {
    assertThat(parse("loss=burst:2%:4").loss()).isEqualTo(new Selection.GilbertElliott(0.02, 4));
    assertThat(parse("loss=every:7").loss()).isEqualTo(new Selection.EveryNth(7));
    assertThat(parse("loss=list:3+17").loss()).isEqualTo(new Selection.Listed(Set.of(3L, 17L)));
  }

  @Test
  void shouldReadFractionsOfATimeAndAQueueInTime() throws CommandException {
    assertThat(parse("delay=0.5ms").delayNs()).isEqualTo(MS / 2);
    assertThat(parse("queue=200ms").queue()).isEqualTo(QueueLimit.ofTime(200 * MS));
    assertThat(parse("queue=25pkt").queue()).isEqualTo(QueueLimit.ofDatagrams(25));
    assertThat(parse("rate=1.5gbit/s").rate()).isEqualTo(new RateLimit.Constant(1_500_000_000));
  }

  @Test
  void shouldLetLaterPropertiesChangeAPreset() throws CommandException {
    ImpairmentSpec satellite = parse("preset=satellite");
    assertThat(satellite.delayNs()).isEqualTo(300 * MS);
    assertThat(parse("preset=satellite,delay=270ms"))
        .isEqualTo(satellite.withDelay(270 * MS, satellite.jitter()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss=10%",
        "loss=0.07%",
        "loss=burst:1.1%:3.5,duplicate=list:3+17,replay=every:9,truncate=33.3%:2",
        "loss=0.123456789,delay=1.5ms,jitter=3ms",
        "jitter=10ms:normal,corrupt=100%",
        "jitter=10ms:pareto:25%,reorder=5%:7ms",
        "jitter=10ms:uniform:25%,queue=100ms,mtu=1400",
        "rate=1500bit,queue=25pkt,blackhole=5s/2s,rebind=1s/5s:address",
        "rate=10mbit,queue=100KiB,rebind=3s/5s"
      })
  void shouldWriteWhatItReadsBack(String text) throws CommandException {
    assertThat(join(ImpairmentText.describe(parse(text))))
        .satisfies(described -> assertThat(parse(described)).isEqualTo(parse(text)));
  }

  @Test
  void shouldWriteOnlyWhatIsImpaired() throws CommandException {
    assertThat(ImpairmentText.describe(ImpairmentSpec.NONE)).isEmpty();
    assertThat(ImpairmentText.describe(parse("loss=0.1,delay=50ms,rate=2500kbit")))
        .containsExactly(entry("loss", "10%"), entry("delay", "50ms"), entry("rate", "2500000bit"));
    String all = "rate=5mbit,mtu=1400,blackhole=5s/2s,rebind=5s,delay=3s,jitter=1s,loss=1%";
    String none = all.replaceAll("=[^,]*", "=none");
    assertThat(parse(all + "," + none)).isEqualTo(ImpairmentSpec.NONE);
  }

  private static String join(Map<String, String> properties) {
    return properties.entrySet().stream()
        .map(property -> property.getKey() + "=" + property.getValue())
        .collect(Collectors.joining(","));
  }

  @Test
  void shouldReadMeasurementsFromFiles(@TempDir Path directory) throws Exception {
    Path table = Files.writeString(directory.resolve("a:b.dist"), "# netem\n-8192 0\n4096 8192\n");
    Jitter jitter = parse("jitter=10ms:@" + table + ":25%").jitter();
    assertThat(jitter)
        .isEqualTo(
            new Jitter(new Jitter.Table("@" + table, List.of(-1., 0., 0.5, 1.)), 10 * MS, 0.25));
    Path rate = Files.writeString(directory.resolve("lte.trace"), "5\n5\n10\n");
    ImpairmentSpec spec = parse("rate=@" + rate);
    assertThat(spec.rate()).isEqualTo(new RateLimit.Trace("@" + rate, List.of(5L, 5L, 10L)));
    assertThat(parse(join(ImpairmentText.describe(spec)))).isEqualTo(spec);
  }

  @Test
  void shouldSayInWhichLineAFileIsWrong(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("wrong"), "1\n2\nthree\n");
    assertThatThrownBy(() -> parse("rate=@" + file)).hasMessageContaining("line 3");
    assertThatThrownBy(() -> parse("jitter=1ms:@" + file)).hasMessageContaining("line 3");
    Files.writeString(file, "2\n1\n");
    assertThatThrownBy(() -> parse("rate=@" + file)).hasMessageContaining("ascend");
  }

  static List<String> presets() {
    return ImpairmentText.presets();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void shouldKnowEveryPresetThatTheHelpNames(String name) throws CommandException {
    assertThat(ImpairmentText.HELP).contains(name);
    assertThat(parse("preset=" + name)).isNotEqualTo(ImpairmentSpec.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "loss",
        "lose=10%",
        "loss=",
        "loss=-1%",
        "loss=101%",
        "loss=10 percent",
        "loss=NaN",
        "loss=burst:10%",
        "loss=burst:90%:2",
        "loss=every:0",
        "loss=list:a",
        "loss=10%:0",
        "loss=10%:3:4",
        "loss=none:3",
        "loss=list:1+",
        "rebind=0s",
        "rebind=1s/2s/3s",
        "jitter=1ms:@/no/such/file",
        "rate=@",
        "queue=pkt",
        "delay=50",
        "delay=-5ms",
        "jitter=1ms:bell",
        "jitter=1ms:normal:100%",
        "rate=10",
        "rate=0bit",
        "queue=much",
        "mtu=0",
        "blackhole=5s",
        "preset=mars",
        "loss=1%,,delay=1ms"
      })
  void shouldSayWhatIsWrong(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE));
  }
}

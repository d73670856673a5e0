package dev.ferry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.impair.ImpairmentSpec;
import dev.ferry.impair.ImpairmentSpec.Blackhole;
import dev.ferry.impair.ImpairmentSpec.QueueLimit;
import dev.ferry.impair.Jitter;
import dev.ferry.impair.Jitter.Shape;
import dev.ferry.impair.LossModel;
import dev.ferry.impair.RateLimit;
import dev.ferry.time.Nanos;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
                + "replay=0.5%");
    assertThat(spec)
        .isEqualTo(
            new ImpairmentSpec(
                new LossModel.Independent(0.1),
                50 * MS,
                new Jitter(Shape.NORMAL, 10 * MS, 0.25),
                0.05,
                20 * MS,
                0.1,
                0.01,
                0.02,
                new RateLimit.Constant(10_000_000),
                new QueueLimit(64 << 10, Long.MAX_VALUE),
                1400,
                new Blackhole(5000 * MS, 2000 * MS),
                0.005));
  }

  @Test
  void shouldReadEveryLossModel() throws CommandException {
    assertThat(parse("loss=burst:2%:4").loss()).isEqualTo(new LossModel.GilbertElliott(0.02, 4));
    assertThat(parse("loss=every:7").loss()).isEqualTo(new LossModel.EveryNth(7));
    assertThat(parse("loss=list:3+17").loss()).isEqualTo(new LossModel.DropList(Set.of(3L, 17L)));
  }

  @Test
  void shouldReadFractionsOfATimeAndAQueueInTime() throws CommandException {
    assertThat(parse("delay=0.5ms").delayNs()).isEqualTo(MS / 2);
    assertThat(parse("queue=200ms").queue()).isEqualTo(new QueueLimit(Long.MAX_VALUE, 200 * MS));
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
  @ValueSource(strings = {"wifi", "lte", "satellite", "transatlantic"})
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
        "loss=10%:3",
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

package dev.ferry.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Steers the real proxy from its page in a real browser, with traffic passing all the time. */
@Execution(ExecutionMode.SAME_THREAD)
class BrowserIT {
  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private EchoTraffic traffic;
  private JarProcess proxy;
  private String url;

  @BeforeEach
  void open() throws IOException {
    traffic = new EchoTraffic();
    proxy =
        JarProcess.lossyProxy()
            .start("0", traffic.server(), "--bind", "127.0.0.1", "--control", "0");
    url = proxy.out().await("^control on (\\S+)$").group(1);
    traffic.sendTo(Integer.parseInt(proxy.out().await("^listening on \\S+:(\\d+),").group(1)));
    CHROMIUM.open(url);
    await().until(() -> count("up-sent") > 0 && count("down-sent") > 0);
  }

  @AfterEach
  void close() {
    proxy.close();
    traffic.close();
  }

  private static ConditionFactory await() {
    return Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(60));
  }

  private static String text(String id) {
    return CHROMIUM.element(id).getText();
  }

  /** The number shown; 0 before there is one. */
  private static long count(String id) {
    String digits = text(id).replaceAll("[^0-9]", "");
    return digits.isEmpty() ? 0 : Long.parseLong(digits);
  }

  private static String value(String id) {
    return CHROMIUM.element(id).getDomProperty("value");
  }

  private static void type(String id, CharSequence... keys) {
    WebElement field = CHROMIUM.element(id);
    field.click();
    field.sendKeys(Keys.chord(Keys.CONTROL, "a"));
    field.sendKeys(keys);
  }

  private static String state() {
    return (String) CHROMIUM.run("return document.body.dataset.state");
  }

  private static void awaitState(String expected) {
    await().until(() -> state().equals(expected));
  }

  private static void awaitPressed(String id) {
    await().until(() -> "true".equals(CHROMIUM.element(id).getDomAttribute("aria-pressed")));
  }

  /** What the proxy itself says. */
  private String impairments(String direction) throws IOException {
    return new Http(url).get("/api/impairments/" + direction).body().strip();
  }

  /**
   * The page asks the proxy every {@code POLL_MS}, at least four times a second. So an effect is
   * visible within a second if it is within four of these updates; updates in which there was no
   * traffic to be lost do not count, nor does the time that a busy machine takes for any of it.
   */
  @Test
  void shouldShowTheEffectOfTheLossSliderWithinASecond() {
    CHROMIUM.run(
        """
        const slider = document.getElementById('up-loss');
        const shown = (id) => Number(document.getElementById(id).textContent.replace(/\\D/g, ''));
        window.seen = [];
        slider.addEventListener('input', () => { window.seen = []; });
        const look = () => window.seen.push([shown('up-received'), shown('up-loss-count')]);
        const changes = {attributes: true, attributeFilter: ['data-updates']};
        new MutationObserver(look).observe(document.body, changes);
        """);
    assertThat(count("up-loss-count")).isZero();

    CHROMIUM.element("up-loss").sendKeys(Keys.END);

    await().until(() -> count("up-loss-count") > 0);
    assertThat(value("up-loss-exact")).isEqualTo("100%");
    assertThat((Long) CHROMIUM.run("return POLL_MS")).isLessThanOrEqualTo(250);
    assertThat((Long) CHROMIUM.run(UPDATES_WITHOUT_LOSS)).isLessThan(4);
    assertThat(CHROMIUM.console()).isEmpty();
  }

  /** How many updates showed new traffic, but no loss yet. */
  private static final String UPDATES_WITHOUT_LOSS =
      """
      const first = window.seen.findIndex(([, lost]) => lost > 0);
      const before = window.seen.slice(0, first);
      return before.filter(([received], i) => i > 0 && received > before[i - 1][0]).length;
      """;

  @Test
  void shouldLetTrafficPassAgainAfterwards() throws IOException {
    CHROMIUM.element("up-loss").sendKeys(Keys.END);
    await().until(() -> count("up-loss-count") > 0);
    long sent = count("up-sent");

    CHROMIUM.element("up-loss").sendKeys(Keys.HOME);
    await().until(() -> count("up-sent") > sent);
    assertThat(impairments("up")).isEmpty();
    assertThat(impairments("down")).isEmpty();
  }

  @Test
  void shouldMoveBothDirectionsWhenTheyAreLinked() throws IOException {
    CHROMIUM.element("link").sendKeys(Keys.SPACE);
    CHROMIUM.element("down-duplicate").sendKeys(Keys.END);
    await().until(() -> value("up-duplicate-exact").equals("100%"));
    await().until(() -> count("up-duplicated-count") > 0 && count("down-duplicated-count") > 0);
    assertThat(impairments("up")).isEqualTo("duplicate=100%");
    assertThat(impairments("down")).isEqualTo("duplicate=100%");
  }

  @Test
  void shouldTakeExactValues() throws IOException {
    type("down-loss-exact", "12.5", Keys.ENTER);
    type("down-rate-exact", "burst", Keys.ESCAPE);
    type("down-delay-exact", "1500us", Keys.ENTER);
    type("down-others-exact", "mtu=1400, replay=burst:1%:3", Keys.ENTER);
    await().until(() -> value("down-others-exact").equals("replay=burst:1%:3,mtu=1400"));
    assertThat(impairments("down")).contains("loss=12.5%,delay=1500000ns,").doesNotContain("rate");
    assertThat(value("down-rate-exact")).isEqualTo("none");

    type("down-others-exact", "mtu=1400", Keys.ENTER);
    await().until(() -> impairments("down").equals("loss=12.5%,delay=1500000ns,mtu=1400"));
    assertThat(CHROMIUM.console()).isEmpty();
  }

  @Test
  void shouldKeepTheShapeOfWhatASliderMoves() throws IOException {
    type("up-loss-exact", "burst:1%:3", Keys.ENTER);
    type("up-jitter-exact", "10ms:normal:50%", Keys.ENTER);
    await().until(() -> impairments("up").contains("jitter="));
    CHROMIUM.element("up-loss").sendKeys(Keys.ARROW_RIGHT);
    CHROMIUM.element("up-jitter").sendKeys(Keys.ARROW_RIGHT);
    await().until(() -> impairments("up").equals("loss=burst:2%:3,jitter=11ms:normal:50%"));

    CHROMIUM.element("up-loss").sendKeys(Keys.END); // No burst has a share of 100 %.
    await().until(() -> impairments("up").startsWith("loss=100%,"));
    assertThat(CHROMIUM.console()).isEmpty();
  }

  @Test
  void shouldShowWhatTheProxySaysToWrongValues() throws IOException {
    long height = height();
    type("up-loss-exact", "much", Keys.ENTER);
    await().until(() -> text("up-message").contains("loss: 'much' is not right"));
    assertThat(CHROMIUM.element("up-loss-exact").getDomAttribute("aria-invalid")).isEqualTo("true");
    assertThat(value("up-loss-exact")).isEqualTo("much");
    assertThat(height()).as("nothing moves").isEqualTo(height);

    CHROMIUM.element("up-loss-exact").sendKeys(Keys.ESCAPE);
    assertThat(value("up-loss-exact")).isEqualTo("0%");
    assertThat(text("up-message")).isEmpty();
    assertThat(impairments("up")).isEmpty();
    assertThat(CHROMIUM.console()).singleElement().asString().contains("400 (Bad Request)");
  }

  private static long height() {
    return (Long) CHROMIUM.run("return document.documentElement.scrollHeight");
  }

  @Test
  void shouldPauseAndGoOn() {
    CHROMIUM.element("pause").click();
    awaitState("paused");
    long sent = count("up-sent");
    await().until(() -> count("queued") > 20);
    assertThat(count("up-sent")).isEqualTo(sent);

    awaitPressed("pause");
    CHROMIUM.element("pause").click();
    awaitState("running");
    await().until(() -> count("up-sent") > sent + 20);
    assertThat(CHROMIUM.console()).isEmpty();
  }

  @Test
  void shouldBecomeABlackholeAndBack() {
    CHROMIUM.element("blackhole").click();
    awaitState("blackhole");
    await().until(() -> count("queued") == 0); // What was inside still leaves.
    long sent = count("up-sent");
    await().until(() -> count("up-blackhole-count") > 20);
    assertThat(count("up-sent")).isEqualTo(sent);

    awaitPressed("blackhole");
    CHROMIUM.element("blackhole").click();
    awaitState("running");
    await().until(() -> count("up-sent") > sent);
    assertThat(CHROMIUM.console()).isEmpty();
  }

  @Test
  void shouldOfferPresets() throws IOException {
    button("satellite").click();
    await().until(() -> value("down-delay-exact").equals("300ms"));
    assertThat(value("up-others-exact")).isEqualTo("queue=600ms");
    CHROMIUM.element("cases").sendKeys("longrtt");
    await().until(() -> value("up-delay-exact").equals("750ms"));
    button("perfect").click();
    await().until(() -> impairments("up").isEmpty() && impairments("down").isEmpty());
    assertThat(CHROMIUM.console()).isEmpty();
  }

  private static WebElement button(String name) {
    return CHROMIUM.elements("button").stream()
        .filter(button -> button.getText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldClearTheCounters() {
    CHROMIUM.element("up-loss").sendKeys(Keys.END);
    await().until(() -> count("up-loss-count") > 0);
    CHROMIUM.element("up-loss").sendKeys(Keys.HOME);
    await().until(() -> value("up-loss-exact").equals("0%"));
    CHROMIUM.element("reset").click();
    await().until(() -> count("up-loss-count") == 0);
    await().until(() -> count("up-sent") > 0);
  }

  @Test
  void shouldSayWhenTheProxyIsGone() throws IOException {
    proxy.signal("KILL");
    awaitState("gone");
    assertThat(text("state")).contains("does not answer");
    assertThat(CHROMIUM.element("up-loss").isEnabled()).isFalse();
    assertThat(CHROMIUM.element("pause").isEnabled()).isFalse();
  }

  @Test
  void shouldPlotTheLastMinute() {
    await()
        .until(
            () ->
                CHROMIUM.elements("svg.plot .sent").stream()
                    .allMatch(path -> path.getDomAttribute("d").contains("L")));
    assertThat(CHROMIUM.elements("svg.plot"))
        .hasSize(2)
        .allSatisfy(
            plot -> assertThat(plot.getAccessibleName()).containsPattern("sent [1-9][0-9,]*,"));
  }

  @Test
  void shouldGiveEveryControlAName() {
    assertThat(CHROMIUM.elements("button, input, select"))
        .hasSizeGreaterThan(30)
        .allSatisfy(control -> assertThat(control.getAccessibleName()).isNotBlank());
  }

  @Test
  void shouldFitIntoANarrowWindow() {
    Map<String, Object> narrow =
        Map.of("width", 340, "height", 800, "deviceScaleFactor", 1, "mobile", true);
    CHROMIUM.command("Emulation.setDeviceMetricsOverride", narrow);
    try {
      assertThat((Long) CHROMIUM.run("return document.documentElement.scrollWidth")).isEqualTo(340);
    } finally {
      CHROMIUM.command("Emulation.clearDeviceMetricsOverride", Map.of());
    }
  }

  /** And the console tells, so its silence in the other tests means something. */
  @Test
  void shouldNotRunWhatDoesNotComeFromTheProxy() {
    CHROMIUM.run(
        """
        const script = document.createElement('script');
        script.textContent = 'window.intruder = true';
        document.body.append(script);
        const image = document.createElement('img');
        image.src = 'http://127.0.0.1:1/image.png';
        document.body.append(image);
        """);
    List<String> violations = CHROMIUM.console();
    assertThat(violations)
        .hasSize(2)
        .allMatch(line -> line.contains("violates the following Content Security Policy"));
    assertThat(CHROMIUM.run("return window.intruder")).isNull();
  }
}

package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whatever name a peer sends, one that is accepted leads to a place below the root and cannot
 * deceive who reads it. A normal run replays the seeds and the findings in {@code
 * StoreNameFuzzTestInputs}; with {@code JAZZER_FUZZ=1} this searches for new ones.
 */
class RemoteNameFuzzTest {
  private static final Path ROOT = Path.of("root").toAbsolutePath();

  /** Bidirectional controls, and what ends a line without being a control character. */
  private static final String DECEPTIVE =
      "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

  private static final Set<String> DEVICES = Set.of("con", "nul", "aux", "prn", "com1", "lpt9");

  @FuzzTest(maxDuration = "", maxExecutions = 10_000_000)
  void shouldStayBelowTheRoot(byte[] name) {
    check(new String(name, UTF_8));
    // Also reaches halves of surrogate pairs.
    check(new String(name, UTF_16BE));
  }

  private static void check(String sent) {
    RemoteName name;
    try {
      name = RemoteName.parse(sent);
    } catch (InvalidNameException e) {
      return;
    }
    String text = sent;
    while (text.startsWith("./")) {
      text = text.substring(2);
    }
    if (!name.toString().equals(text)) {
      throw new AssertionError("rewritten: " + name);
    }
    if (text.getBytes(UTF_8).length > 1024 || text.codePoints().anyMatch(c -> isForbidden(c))) {
      throw new AssertionError("accepted: " + text);
    }
    Path target = ROOT.resolve(text);
    if (!target.equals(target.normalize()) || !target.startsWith(ROOT) || target.equals(ROOT)) {
      throw new AssertionError("outside the root: " + target);
    }
    List<String> components = new ArrayList<>(name.place().components());
    List<String> steps = new ArrayList<>();
    ROOT.relativize(target).forEach(step -> steps.add(step.toString()));
    assertThat(components).isEqualTo(steps);
    components.forEach(RemoteNameFuzzTest::checkComponent);
  }

  private static boolean isForbidden(int c) {
    boolean halfOfAPair = c >= 0xd800 && c <= 0xdfff;
    return c < ' '
        || (c >= 0x7f && c < 0xa0)
        || c == '\\'
        || halfOfAPair
        || DECEPTIVE.indexOf(c) >= 0;
  }

  private static void checkComponent(String component) {
    // No regular expressions here: the fuzzer watches them, which costs it most of its speed.
    String lower = component.toLowerCase(Locale.ROOT);
    int dot = lower.indexOf('.');
    String stem = dot < 0 ? lower : lower.substring(0, dot);
    if (component.isEmpty()
        || component.getBytes(UTF_8).length > 255
        || component.endsWith(".")
        || component.endsWith(" ")
        || lower.startsWith(".ferry-")
        || DEVICES.contains(stem.trim())) {
      throw new AssertionError("accepted: " + component);
    }
  }
}

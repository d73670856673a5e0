package dev.ferry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonLineTest {

  @Test
  void shouldWriteOneObject() {
    JsonLine line = new JsonLine("test/1").put("name", "a b").put("size", 12).put("rtt", -1);
    assertThat(line).hasToString("{\"schema\":\"test/1\",\"name\":\"a b\",\"size\":12,\"rtt\":-1}");
  }

  @Test
  void shouldEscapeWhatIsNotPlainAscii() {
    String name = "\"\\/\b\n\u001b\u007f\u00e9\u202e\u2028\ud83d\ude00\ud800";
    assertThat(new JsonLine("t").put("k", name))
        .hasToString(
            "{\"schema\":\"t\",\"k\":\"\\\"\\\\/\\u0008\\u000a\\u001b\\u007f\\u00e9"
                + "\\u202e\\u2028\\ud83d\\ude00\\ud800\"}");
  }

  @Test
  void shouldEscapeKeysToo() {
    assertThat(new JsonLine("t").put("\"", 1)).hasToString("{\"schema\":\"t\",\"\\\"\":1}");
  }

  @Test
  void shouldPutObjectsIntoEachOther() {
    JsonLine inner = JsonLine.part().put("on", true).put("none", JsonLine.part());
    assertThat(new JsonLine("t").put("off", false).put("inner", inner).put("n", 1))
        .hasToString(
            "{\"schema\":\"t\",\"off\":false,\"inner\":{\"on\":true,\"none\":{}},\"n\":1}");
  }

  @Test
  void shouldPutListsIntoObjects() {
    JsonLine inner = JsonLine.part().put("yes", true);
    assertThat(new JsonLine("t").put("none", List.of()).put("two", List.of(inner, inner)))
        .hasToString("{\"schema\":\"t\",\"none\":[],\"two\":[{\"yes\":true},{\"yes\":true}]}");
  }

  @Test
  void shouldBeReadBackWhateverTheValue() {
    for (int unit = 0; unit <= Character.MAX_VALUE; unit++) {
      String value = "<" + (char) unit + ">";
      String line = new JsonLine("t").put("text", value).put("number", unit).toString();
      assertThat(line.chars().allMatch(c -> c >= ' ' && c < 0x7f)).as(line).isTrue();
      assertThat(parse(line))
          .containsExactly(
              entry("schema", "t"), entry("text", value), entry("number", (long) unit));
    }
  }

  @Test
  void shouldKeepTheLimitsOfNumbers() {
    JsonLine line = new JsonLine("t").put("a", Long.MAX_VALUE).put("b", Long.MIN_VALUE);
    assertThat(parse(line.toString()))
        .containsEntry("a", Long.MAX_VALUE)
        .containsEntry("b", Long.MIN_VALUE);
  }

  /** Reads one flat object of strings and integers, and nothing more than RFC 8259 allows. */
  private static Map<String, Object> parse(String json) {
    Map<String, Object> object = new LinkedHashMap<>();
    int[] at = {1};
    assertThat(json).startsWith("{");
    do {
      String key = string(json, at);
      assertThat(json.charAt(at[0]++)).isEqualTo(':');
      Object value = json.charAt(at[0]) == '"' ? string(json, at) : (Object) number(json, at);
      assertThat(object.put(key, value)).as("twice: %s", key).isNull();
    } while (json.charAt(at[0]++) == ',');
    assertThat(json.substring(at[0] - 1)).isEqualTo("}");
    return object;
  }

  private static Long number(String json, int[] at) {
    int from = at[0];
    while ("-0123456789".indexOf(json.charAt(at[0])) >= 0) {
      at[0]++;
    }
    return Long.valueOf(json.substring(from, at[0]));
  }

  private static String string(String json, int[] at) {
    StringBuilder text = new StringBuilder();
    assertThat(json.charAt(at[0]++)).isEqualTo('"');
    for (char unit = json.charAt(at[0]++); unit != '"'; unit = json.charAt(at[0]++)) {
      if (unit != '\\') {
        text.append(unit);
      } else if (json.charAt(at[0]) == 'u') {
        text.append((char) Integer.parseInt(json.substring(at[0] + 1, at[0] + 5), 16));
        at[0] += 5;
      } else {
        assertThat(json.charAt(at[0])).isIn('"', '\\');
        text.append(json.charAt(at[0]++));
      }
    }
    return text.toString();
  }
}

package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.beust.jcommander.Parameter;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.Program;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Command lines that are read without JCommander mean what they mean to it. */
class PlainArgumentsTest {
  private static final List<String> OPERANDS = List.of("host:1", " a file ", "\"quoted\"", "@it");

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  /** What the program makes of a command line; what it prints if it does not run. */
  private Object meaning(List<String> args) throws IllegalAccessException {
    printed.reset();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    ClientArguments arguments = new ClientArguments();
    Program<ClientArguments> program = new Program<>("client", "", arguments, out, out);
    boolean[] ran = new boolean[1];
    program.run(
        args.toArray(String[]::new),
        given -> {
          ran[0] = true;
          return ExitCode.OK;
        });
    return ran[0] ? values(arguments) : printed.toString(StandardCharsets.UTF_8);
  }

  /** All options by the names of their fields. */
  private static Map<String, Object> values(ClientArguments arguments)
      throws IllegalAccessException {
    Map<String, Object> values = new TreeMap<>();
    for (Field field : options()) {
      values.put(field.getName(), String.valueOf(field.get(arguments)));
    }
    return values;
  }

  private static List<Field> options() {
    List<Field> fields = new ArrayList<>();
    for (Class<?> type = ClientArguments.class; type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (field.isAnnotationPresent(Parameter.class)) {
          fields.add(field);
        }
      }
    }
    return fields;
  }

  /** JCommander reads whatever has a "--" in it. */
  private static List<String> forJCommander(List<String> switches, List<String> operands) {
    List<String> line = new ArrayList<>(switches);
    line.add("--");
    line.addAll(operands);
    return line;
  }

  private static List<String> plain(List<String> switches, List<String> operands) {
    List<String> line = new ArrayList<>(operands);
    line.addAll(Math.min(1, line.size()), switches);
    return line;
  }

  private void shouldMeanTheSame(List<String> switches, List<String> operands)
      throws IllegalAccessException {
    assertThat(meaning(plain(switches, operands)))
        .as(switches + " with " + operands)
        .isEqualTo(meaning(forJCommander(switches, operands)));
  }

  @Test
  void shouldMeanTheSameWithEverySwitch() throws IllegalAccessException {
    List<String> all = new ArrayList<>();
    for (Field field : options()) {
      Parameter parameter = field.getAnnotation(Parameter.class);
      if (field.getType() == boolean.class && !parameter.help()) {
        for (String name : parameter.names()) {
          shouldMeanTheSame(List.of(name), OPERANDS);
          shouldMeanTheSame(List.of(name, name), OPERANDS);
          all.add(name);
        }
      }
    }
    assertThat(all).contains("-q", "--ping", "--no-path-cache");
    shouldMeanTheSame(all, OPERANDS);
  }

  @Test
  void shouldMeanTheSameWithOtherOptionsAmongSwitches() throws IllegalAccessException {
    for (List<String> words :
        List.of(
            List.of("--json", "--if-exists", "refuse"),
            List.of("-q", "--lab", "--no-such-option"),
            List.of("--ferry", "-qv"),
            List.of("-q", "--as=b"))) {
      shouldMeanTheSame(words, OPERANDS);
    }
  }

  @Test
  void shouldMeanTheSameWithAnyOperands() throws IllegalAccessException {
    for (String operand : Arrays.asList("", "-", "'", "\"", "\"\"", "a b", "\u00e4", "=")) {
      shouldMeanTheSame(List.of("--quiet"), List.of("host:1", operand));
    }
    shouldMeanTheSame(List.of("--quiet"), List.of());
  }
}

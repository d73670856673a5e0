package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.JarProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** lossy-proxy diagram, from its jar. */
class DiagramIT {
  @TempDir Path directory;

  private Path trace;
  private Path svg;

  @BeforeEach
  void writeTrace() throws IOException {
    trace = directory.resolve("trace.jsonl");
    svg = directory.resolve("out.svg");
    Files.writeString(trace, LabCourse.trace("loss=20%,delay=10ms", 2, 40));
  }

  private static Result diagram(Object... arguments) throws IOException {
    String[] words = new String[arguments.length + 1];
    words[0] = "diagram";
    for (int i = 0; i < arguments.length; i++) {
      words[i + 1] = arguments[i].toString();
    }
    return JarProcess.lossyProxy().run(words);
  }

  private void assertFails(int exitCode, String message, Object... arguments) throws IOException {
    Result result = diagram(arguments);
    assertThat(result.exitCode()).as("%s", result).isEqualTo(exitCode);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().get(0)).isEqualTo("lossy-proxy diagram: " + message);
  }

  @Test
  void shouldDrawATraceIntoAFile() throws IOException {
    Result result = diagram(trace, "-o", svg);
    assertThat(result.exitCode()).as("%s", result).isZero();
    assertThat(result.err()).isEmpty();
    Picture picture = new Picture(Files.readString(svg));
    long folded = picture.folded("up") + picture.folded("down");
    assertThat(result.out())
        .containsExactly(
            "drew "
                + picture.datagrams().size()
                + " messages into '"
                + svg
                + "', and counted "
                + folded
                + " more");
    Result json = diagram(trace, "-o", svg, "--json", "--max-messages", "10");
    assertThat(json.out().get(0)).contains("\"event\":\"drawn\"", "\"shown\":10,");
    assertThat(diagram(trace, "-o", svg, "-q").out()).isEmpty();
  }

  @Test
  void shouldDrawToStdoutIfThereIsNoFile() throws IOException {
    Result result = diagram(trace, "--flow", "1");
    assertThat(result.exitCode()).as("%s", result).isZero();
    assertThat(new Picture(String.join("\n", result.out())).title()).startsWith("notes.txt, ");
  }

  @Test
  void shouldSayWhatIsWrong() throws IOException {
    Path missing = directory.resolve("missing");
    assertFails(66, "cannot read '" + missing + "': no such file or directory", missing);
    Path empty = Files.createFile(directory.resolve("empty"));
    assertFails(65, "there is nothing in '" + empty + "'", empty);
    Path bad = Files.writeString(directory.resolve("bad"), Files.readString(trace) + "{\n", UTF_8);
    long lines = Files.readString(bad).lines().count();
    assertFails(
        65,
        "line " + lines + " of '" + bad + "' is not one of a trace: it is not a JSON object",
        bad);
    assertFails(
        65,
        "there is no datagram of flow 7 in '" + trace + "'; it has flows 1",
        trace,
        "--flow",
        7);
    Path nowhere = directory.resolve("no/such/out.svg");
    assertFails(
        73, "cannot write '" + nowhere + "': no such file or directory", trace, "-o", nowhere);
    assertFails(64, "expected TRACE, got 0 operand(s)");
    assertFails(64, "--max-messages must be at least 10", trace, "--max-messages", 9);
  }

  @Test
  void shouldBeFoundInTheHelp() throws IOException {
    assertThat(JarProcess.lossyProxy().run("--help").out().get(1))
        .isEqualTo("       lossy-proxy diagram TRACE -o FILE [OPTION]...");
    Result help = diagram("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out().get(0)).isEqualTo("Usage: lossy-proxy diagram TRACE -o FILE [OPTION]...");
    assertThat(help.out()).anyMatch(line -> line.contains("--flow"));
  }
}

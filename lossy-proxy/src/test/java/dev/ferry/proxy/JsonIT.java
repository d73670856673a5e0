package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.LabSocket;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the programs print for machines, by docs/json.md. */
class JsonIT {
  private static final Pattern ROW =
      Pattern.compile("\\| `(ferry\\.[a-z-]+\\.v1)` \\| `([a-z]+)` \\| ([^|]*)\\|.*");
  private static final Pattern MEMBER = Pattern.compile("(\\[?)`([A-Za-z_0-9]+)`");
  private static final Set<String> EVERYWHERE = Set.of("schema", "event", "time");

  /** By schema and event: each member, and whether it may be missing. */
  private final Map<String, Map<String, Boolean>> documented = new HashMap<>();

  private final Set<String> seen = new HashSet<>();

  @TempDir Path directory;
  private Path root;
  private String file;

  @BeforeEach
  void prepare() throws IOException {
    for (String line : Files.readAllLines(Path.of("../docs/json.md"), UTF_8)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Map<String, Boolean> members = new HashMap<>();
        Matcher member = MEMBER.matcher(row.group(3));
        while (member.find()) {
          members.put(member.group(2), !member.group(1).isEmpty());
        }
        documented.put(row.group(1) + " " + row.group(2), members);
      }
    }
    root = Files.createDirectory(directory.resolve("root"));
    file = Files.write(directory.resolve("file"), new byte[300_000]).toString();
  }

  private List<JsonObject> check(List<String> lines) {
    List<JsonObject> objects = new ArrayList<>();
    for (String line : lines) {
      JsonObject object = JsonParser.parseString(line).getAsJsonObject();
      String kind = object.get("schema").getAsString() + " " + object.get("event").getAsString();
      seen.add(kind);
      assertThat(documented).as("%s", line).containsKey(kind);
      Set<String> members = new HashSet<>(object.keySet());
      assertThat(members).as("%s", line).containsAll(EVERYWHERE);
      members.removeAll(EVERYWHERE);
      Map<String, Boolean> known = documented.get(kind);
      assertThat(known.keySet()).as("%s", line).containsAll(members);
      assertThat(members)
          .as("%s", line)
          .containsAll(known.keySet().stream().filter(each -> !known.get(each)).toList());
      checkForms(object, line);
      objects.add(object);
    }
    return objects;
  }

  private static void checkForms(JsonObject object, String line) {
    assertThat(object.get("time").getAsString())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    for (String address : List.of("address", "server", "peer")) {
      if (object.has(address)) {
        assertThat(object.get(address).getAsString())
            .as("%s", line)
            .matches("([0-9a-z.]+|\\[[0-9a-f:]+(%.*)?\\]):\\d+");
      }
    }
    // A directory has no content, and neither has what is removed; how long a list is, is open.
    boolean isFile =
        !(object.has("operation")
                && List.of("list", "remove").contains(object.get("operation").getAsString()))
            && !(object.has("name") && object.get("name").getAsString().equals("tree"));
    // Of a whole copy, without a name, it may still grow.
    boolean mayGrow =
        object.has("sizeBytes")
            && !object.has("name")
            && object.get("event").getAsString().equals("progress");
    if (mayGrow) {
      assertThat(object.get("sizeBytes").getAsLong()).as("%s", line).isBetween(0L, 300_000L);
    } else if (object.has("sizeBytes")
        && isFile
        && !object.get("event").getAsString().equals("failed")) {
      assertThat(object.get("sizeBytes").getAsLong()).as("%s", line).isEqualTo(300_000);
    }
  }

  private JsonObject last(JarProcess.Launcher program, int exitCode, String... arguments)
      throws IOException {
    JarProcess.Result result =
        program
            .in(directory)
            .run(Stream.concat(Stream.of(arguments), Stream.of("--json")).toArray(String[]::new));
    assertThat(result.exitCode()).as("%s", result).isEqualTo(exitCode);
    List<JsonObject> objects = check(result.out());
    assertThat(objects).as("%s", result).isNotEmpty();
    JsonObject last = objects.get(objects.size() - 1);
    if (exitCode != 0) {
      assertThat(last.get("event").getAsString()).isEqualTo("failed");
      assertThat(last.get("exitCode").getAsInt()).isEqualTo(exitCode);
      assertThat(result.err().toString()).contains(last.get("message").getAsString());
    }
    return last;
  }

  private void copy(String address) throws IOException {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Files.copy(Path.of(file), tree.resolve("a"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("a"));
    assertThat(last(JarProcess.client(), 0, "cp", "tree", address).get("files").getAsInt()).isOne();
    Files.createDirectory(root.resolve("removable"));
    last(JarProcess.client(), 0, "cp", "-n", "tree", address + "/other");
    assertThat(last(JarProcess.client(), 0, "ls", address + "/tree/a").get("kind").getAsString())
        .isEqualTo("file");
    JsonObject again = last(JarProcess.client(), 0, "cp", "tree", address);
    assertThat(again.get("unchangedFiles").getAsInt()).isOne();
    last(JarProcess.client(), 0, "verify", "tree", address);
    last(JarProcess.client(), 0, "ls", address + "/tree/a", "--digests");
    last(JarProcess.client(), 0, "rm", address + "/removable");
    Files.createDirectory(root.resolve("tree/surplus"));
    JsonObject plan = last(JarProcess.client(), 0, "cp", "-n", "tree", address, "--delete");
    assertThat(plan.get("deletedFiles").getAsInt()).isOne();
    JsonObject deletion = last(JarProcess.client(), 0, "cp", "tree", address, "--delete");
    assertThat(deletion.get("deletedFiles").getAsInt()).isOne();
    JarProcess.Result missing =
        JarProcess.client().in(directory).run("verify", "tree", address + "/other", "--json");
    assertThat(missing.exitCode()).as("%s", missing).isEqualTo(65);
    check(missing.out());
    Files.write(root.resolve("tree/a"), new byte[1]);
    JarProcess.Result differs =
        JarProcess.client().in(directory).run("verify", "tree", address, "--json");
    assertThat(differs.exitCode()).as("%s", differs).isEqualTo(65);
    check(differs.out());
    JarProcess.Result result =
        JarProcess.client().in(directory).run("cp", "tree", "missing", address, "-I", "--json");
    assertThat(result.exitCode()).as("%s", result).isEqualTo(73);
    List<JsonObject> objects = check(result.out());
    JsonObject end = objects.get(objects.size() - 1);
    assertThat(end.get("event").getAsString()).isEqualTo("copied");
    assertThat(end.get("exitCode").getAsInt()).isEqualTo(73);
    assertThat(end.get("failedFiles").getAsInt()).isEqualTo(2);
  }

  @Test
  void shouldPrintWhatTheDocumentSays() throws IOException {
    try (ServerProcess server =
            ServerProcess.launcher(root)
                .start(
                    "--json",
                    "-v",
                    "--if-exists=refuse",
                    "--allow-list",
                    "--allow-delete",
                    "--hook=sh",
                    "--hook-arg=-c",
                    "--hook-arg=echo looked at");
        JarProcess proxy =
            JarProcess.lossyProxy()
                .start("0", "127.0.0.1:" + server.port(), "--json", "--control", "0")) {
      String listening = proxy.out().await("\"event\":\"listening\".*").group();
      String address = "127.0.0.1:" + listening.replaceAll(".*\"port\":(\\d+).*", "$1");
      for (String[] mode : new String[][] {{"--lab"}, {"--ferry"}}) {
        String name = mode[0].substring(2);
        last(JarProcess.client(), 0, address, file, name, mode[0]);
        last(JarProcess.client(), 73, address, file, name, mode[0]);
      }
      last(JarProcess.client(), 0, "get", address, "ferry", "copy");
      last(JarProcess.client(), 66, "get", address, "missing", "copy");
      last(JarProcess.client(), 0, "--ping", address);
      copy(address);
      try (LabSocket stranger = LabSocket.to(server.address())) {
        stranger.send("s | 0 | name | 12\n");
        server.out().await("\"event\":\"ignored\".*");
      }
      proxy.signal("TERM");
      check(proxy.await().out());
      last(JarProcess.client(), 75, "--ping", address);
      server.stop();
      check(server.out().awaitAll());
    }
    last(JarProcess.client(), 0, "keygen", "key");
    last(JarProcess.client(), 73, "keygen", "key");
    last(JarProcess.client(), 66, "localhost:1", "missing");
    last(JarProcess.client(), 64, "localhost:1", file, "--bogus");
    last(JarProcess.client(), 64, "localhost", file);
    last(JarProcess.server(), 64, "port");
    last(JarProcess.server(), 78, "0", "--key-file", "missing");
    last(JarProcess.lossyProxy(), 64, "0");
    last(JarProcess.lossyProxy(), 66, "diagram", "missing");
    assertThat(seen).hasSizeGreaterThan(documented.size() - 4);
  }
}

package dev.ferry.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.testkit.process.LabSocket;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.TestUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Names that lead out of the root, or to a wrong name in it: they change nothing anywhere. */
@EnabledOnOs(OS.LINUX)
class TraversalIT {
  private static final String CONTENT = "evil";
  private static final String SIZE = "00000000000000000004";
  private static final String NO_SIZE = "00000000000000000000";
  private static final String SECRET = "as it was before";

  @TempDir Path temporary;
  private Path outside;
  private Path root;
  private ServerProcess server;

  @BeforeEach
  void startServer() throws IOException {
    outside = Files.createDirectory(temporary.resolve("outside"));
    root = Files.createDirectory(temporary.resolve("root"));
    Files.writeString(outside.resolve("secret"), SECRET);
    Files.createDirectory(root.resolve("sub"));
    Files.writeString(root.resolve("sub/kept"), SECRET);
    Files.createSymbolicLink(root.resolve("link-to-directory"), outside);
    Files.createSymbolicLink(root.resolve("link-to-file"), outside.resolve("secret"));
    Files.createSymbolicLink(root.resolve("link-to-nothing"), outside.resolve("nothing"));
    Files.createSymbolicLink(root.resolve("link-to-itself"), Path.of("link-to-itself"));
    Files.createSymbolicLink(root.resolve("sub/link-up"), Path.of("../../outside"));
    server = ServerProcess.launcher(root).environment("LC_ALL", "C.UTF-8").start();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  /** Everything there is, with the content of files and the targets of links. */
  private Map<String, String> everything() throws IOException {
    Map<String, String> everything = new TreeMap<>();
    for (String name : RootView.tree(temporary)) {
      everything.put(name, describe(temporary.resolve(name)));
    }
    return everything;
  }

  private static String describe(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "-> " + Files.readSymbolicLink(path);
    }
    return Files.isDirectory(path) ? "directory" : Files.readString(path);
  }

  /** The server serves, has written nothing but this, and ends in order. */
  private void assertNothingElseHappened(Map<String, String> before) throws IOException {
    assertThat(TestUpload.run(server.address(), "honest", CONTENT.getBytes(UTF_8)))
        .isInstanceOf(SenderEvent.Completed.class);
    assertThat(server.stop()).isZero();
    Map<String, String> expected = new TreeMap<>(before);
    expected.put("root/honest", CONTENT);
    assertThat(everything()).isEqualTo(expected);
  }

  @Test
  void shouldTurnDownEveryNameOfTheCorpus() throws IOException {
    Map<String, String> before = everything();
    for (String name : names()) {
      try (LabSocket client = LabSocket.to(server.address())) {
        assertThat(client.exchange("s | 0 | " + name + " | " + SIZE))
            .as("%s", name)
            .isEqualTo("r | 0 | 2");
        assertThat(client.exchange("d | 1 | " + CONTENT)).as("%s", name).isEqualTo("r | 1 | 2");
      }
    }
    assertNothingElseHappened(before);
  }

  @Test
  void shouldTurnThemDownInTheOtherDialectAndForEmptyFilesToo() throws IOException {
    Map<String, String> before = everything();
    for (String name : names()) {
      try (LabSocket client = LabSocket.to(server.address())) {
        assertThat(client.exchange("s|0|" + name + "|" + NO_SIZE))
            .as("%s", name)
            .isEqualTo("r|0|2");
      }
    }
    assertNothingElseHappened(before);
  }

  @Test
  void shouldMeetLabClientsThatSendThemWithSilence() throws IOException {
    Map<String, String> before = everything();
    try (LabSocket honest = LabSocket.to(server.address())) {
      for (String name : names()) {
        try (LabSocket client = LabSocket.to(server.address())) {
          client.send("s | 0 | " + name + " | " + CONTENT.length());
          client.send("d | 1 | " + CONTENT);
          client.send("s | 0 | " + name + " | 0");
        }
        // Whatever came before this has been dealt with when it is answered.
        assertThat(honest.exchange("s | 0 | never-sent | 1")).isEqualTo("a | 1 | 1472");
      }
    }
    assertNothingElseHappened(before);
  }

  /** A counting client of the compact dialect sends an extension, the server makes up the rest. */
  @Test
  void shouldMakeUpOnlyNamesInTheRootFromExtensions() throws IOException {
    Map<String, String> before = everything();
    try (LabSocket honest = LabSocket.to(server.address())) {
      for (String extension : names()) {
        try (LabSocket client = LabSocket.to(server.address())) {
          client.send("s|0|" + extension + "|" + CONTENT.length());
          client.send("d|1|" + CONTENT);
        }
        assertThat(honest.exchange("s | 0 | never-sent | 1")).isEqualTo("a | 1 | 1472");
      }
    }
    assertThat(server.stop()).isZero();
    Map<String, String> added = everything();
    assertThat(added).containsAllEntriesOf(before);
    added.keySet().removeAll(before.keySet());
    // The made-up beginning makes "con", "con/a" and their like harmless.
    assertThat(added.keySet())
        .isNotEmpty()
        .allMatch(name -> name.matches("root/upload-[0-9a-f]{16}\\.[A-Za-z1-9$\u00b9-]+(/a)?"));
  }

  @Test
  void shouldNotTakeBytesThatAreNoText() throws IOException {
    Map<String, String> before = everything();
    List<byte[]> names = new ArrayList<>();
    // Overlong forms of "." and "/", an unpaired surrogate, a lone continuation, Latin-1.
    for (String name :
        List.of(
            "\u00c0\u00ae\u00c0\u00ae/x",
            "..\u00c0\u00afx",
            "\u00ed\u00a0\u0080",
            "\u0080",
            "\u00e9")) {
      names.add(name.getBytes(ISO_8859_1));
    }
    try (LabSocket client = LabSocket.to(server.address())) {
      for (byte[] name : names) {
        client.send(start(name));
        client.send("d | 1 | " + CONTENT);
      }
      // No answer but this: they were no messages at all.
      assertThat(client.exchange("s | 0 | never-sent | 1")).isEqualTo("a | 1 | 1472");
    }
    assertNothingElseHappened(before);
  }

  private static byte[] start(byte[] name) {
    byte[] head = "s | 0 | ".getBytes(UTF_8);
    byte[] tail = (" | " + SIZE).getBytes(UTF_8);
    byte[] start = new byte[head.length + name.length + tail.length];
    System.arraycopy(head, 0, start, 0, head.length);
    System.arraycopy(name, 0, start, head.length, name.length);
    System.arraycopy(tail, 0, start, head.length + name.length, tail.length);
    return start;
  }

  @Test
  void shouldFollowNoLinkBelowTheRoot() throws IOException {
    Map<String, String> before = everything();
    for (String name :
        List.of(
            "link-to-file",
            "link-to-nothing",
            "link-to-itself",
            "link-to-directory",
            "link-to-directory/secret",
            "link-to-directory/escaped",
            "link-to-directory/new/escaped",
            "link-to-itself/escaped",
            "link-to-nothing/escaped",
            "sub/link-up",
            "sub/link-up/secret",
            "sub/link-up/escaped")) {
      for (byte[] content : List.of(CONTENT.getBytes(UTF_8), new byte[0])) {
        assertThat(TestUpload.refusal(TestUpload.run(server.address(), name, content)))
            .as("%s, %d bytes", name, content.length)
            .isEqualTo(RefusalReason.CANNOT_CREATE);
      }
    }
    assertNothingElseHappened(before);
  }

  private static List<String> names() {
    return Stream.of(paths(), characters(), windowsNames(), lengths())
        .flatMap(List::stream)
        .toList();
  }

  private static List<String> paths() {
    return List.of(
        "/",
        "/absolute",
        "//absolute",
        "..",
        ".",
        "...",
        "../escaped",
        "../../escaped",
        "../".repeat(20) + "escaped",
        "../outside/escaped",
        "../outside/secret",
        "../root/escaped",
        "./../escaped",
        "sub/../escaped",
        "sub/../../escaped",
        "sub/./escaped",
        "sub/..",
        "sub//escaped",
        "sub/",
        "....//escaped",
        "....//....//escaped",
        ".../escaped",
        "..//escaped",
        "..\\escaped",
        "..\\..\\escaped",
        "sub\\escaped",
        "\\escaped",
        "\\\\host\\share\\escaped",
        "C:\\escaped",
        "..\\/escaped",
        "escaped.",
        "escaped ",
        "escaped. ",
        "escaped .",
        "sub./escaped",
        "sub /escaped",
        ".. /escaped",
        "../.ferry-0123456789abcdef.part",
        ".ferry-0123456789abcdef.part",
        ".FERRY-x",
        "sub/.ferry-x");
  }

  private static List<String> characters() {
    IntStream controls = IntStream.concat(IntStream.range(0, 0x20), IntStream.range(0x7f, 0xa0));
    IntStream others =
        IntStream.of(
            0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066,
            0x2067, 0x2068, 0x2069);
    return IntStream.concat(controls, others)
        .mapToObj(Character::toString)
        .flatMap(c -> Stream.of("a" + c + "b", "..\u0000/escaped".replace("\u0000", c), "end" + c))
        .toList();
  }

  private static List<String> windowsNames() {
    return Stream.of("con", "PRN", "aux", "NUL", "com1", "Lpt9", "conin$", "CONOUT$", "com\u00b9")
        .flatMap(name -> Stream.of(name, name + ".txt", name + " .txt", "sub/" + name, name + "/a"))
        .toList();
  }

  private static List<String> lengths() {
    return List.of(
        "n".repeat(256),
        "sub/" + "n".repeat(256),
        "n".repeat(256) + "/a",
        "\u00e9".repeat(128),
        "sub/".repeat(256) + "a");
  }
}

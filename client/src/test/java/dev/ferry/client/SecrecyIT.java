package dev.ferry.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.Relay;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What somebody between the two ends learns, and what becomes of it if they strip the offer. */
class SecrecyIT {
  private static final String NAME = "minutes of the board";
  private static final String SENTENCE = "Nobody but us may know of it. ";
  private static final byte[] CONTENT = SENTENCE.repeat(1_111).getBytes(ISO_8859_1);

  /** A number with zeros before it, by which our ends know each other. */
  private static final Pattern PADDED = Pattern.compile("\\b0+([1-9][0-9]*)$");

  private static final int ENOUGH_HELLOS = 4;

  @TempDir Path directory;
  private Path root;
  private Path file;
  private Path key;

  @BeforeEach
  void createFiles() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    file = Files.write(directory.resolve(NAME), CONTENT);
    key = directory.resolve("key");
    assertThat(JarProcess.client().run("keygen", key.toString()).exitCode()).isZero();
  }

  private ServerProcess server(boolean keyed) throws IOException {
    ServerProcess.Launcher launcher = ServerProcess.launcher(root);
    return keyed ? launcher.start("--key-file", key.toString()) : launcher.start();
  }

  private JarProcess.Result put(Relay relay, List<String> options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(relay.address(), file.toString(), "--json"));
    arguments.addAll(options);
    return JarProcess.client().run(arguments.toArray(String[]::new));
  }

  private List<String> options(boolean keyed) {
    return keyed ? List.of("--key-file", key.toString()) : List.of("--ferry");
  }

  private static void assertTellsNothing(Wire wire) {
    String sizeInBytes =
        new String(ByteBuffer.allocate(8).putLong(CONTENT.length).array(), ISO_8859_1);
    assertThat(wire.sent(Relay.Way.UP)).isNotEmpty();
    assertThat(wire.sent(Relay.Way.DOWN)).isNotEmpty();
    assertThat(wire.sent())
        .allMatch(Wire.Sent::isFerry)
        .noneMatch(sent -> sent.text().contains(NAME))
        .noneMatch(sent -> sent.text().contains(SENTENCE.substring(0, 8)))
        .noneMatch(sent -> sent.text().contains(Integer.toString(CONTENT.length)))
        .noneMatch(sent -> sent.text().contains(sizeInBytes));
  }

  @ParameterizedTest(name = "with a key: {0}")
  @CsvSource({"false", "true"})
  void shouldTellNothingOfAnUpload(boolean keyed) throws IOException {
    Wire wire = Wire.tapped();
    try (ServerProcess server = server(keyed);
        Relay relay = Relay.start(server.address(), wire)) {
      JarProcess.Result result = put(relay, options(keyed));

      assertThat(result.exitCode()).as("%s", result).isZero();
    }
    assertThat(root.resolve(NAME)).hasBinaryContent(CONTENT);
    assertTellsNothing(wire);
  }

  @ParameterizedTest(name = "with a key: {0}")
  @CsvSource({"false", "true"})
  void shouldTellNothingOfADownload(boolean keyed) throws IOException {
    Files.copy(file, root.resolve(NAME));
    Path local = directory.resolve("local");
    Wire wire = Wire.tapped();
    try (ServerProcess server = server(keyed);
        Relay relay = Relay.start(server.address(), wire)) {
      List<String> arguments = new ArrayList<>(List.of("get", relay.address(), NAME));
      arguments.add(local.toString());
      arguments.addAll(keyed ? options(true) : List.of());
      JarProcess.Result result = JarProcess.client().run(arguments.toArray(String[]::new));

      assertThat(result.exitCode()).as("%s", result).isZero();
    }
    assertThat(local).hasBinaryContent(CONTENT);
    assertTellsNothing(wire);
  }

  /** The test of the tests above: this is what they would see. */
  @Test
  void shouldTellTheNameAndTheSizeIfTheLabsStartLeadsThere() throws IOException {
    Wire wire = Wire.tapped();
    try (ServerProcess server = server(false);
        Relay relay = Relay.start(server.address(), wire)) {
      JarProcess.Result result = put(relay, List.of());

      assertThat(result.exitCode()).as("%s", result).isZero();
      assertThat(Events.only(result.out(), "connected")).containsEntry("serverKind", "ferry");
    }
    String start = wire.sent(Relay.Way.UP).get(0);
    assertThat(start).contains(NAME).contains(Integer.toString(CONTENT.length));
    assertThat(wire.sent()).noneMatch(sent -> sent.text().contains(SENTENCE.substring(0, 8)));
  }

  private static String strip(String message) {
    return PADDED.matcher(message).replaceFirst("$1");
  }

  /** Without the offer there is no Ferry mode; the client says what it speaks instead. */
  @ParameterizedTest
  @EnumSource
  void shouldSayIfTheOfferWasStripped(Relay.Way way) throws IOException {
    Wire wire = Wire.changing(way, SecrecyIT::strip);
    try (ServerProcess server = server(false);
        Relay relay = Relay.start(server.address(), wire)) {
      JarProcess.Result result = put(relay, List.of());

      assertThat(result.exitCode()).as("%s", result).isZero();
      assertThat(Events.only(result.out(), "connected"))
          .containsEntry("serverKind", "lab")
          .containsEntry("mode", "lab");
    }
    assertThat(root.resolve(NAME)).hasBinaryContent(CONTENT);
    assertThat(wire.sent()).noneMatch(Wire.Sent::isFerry);
  }

  /** For people, in the last line. */
  @ParameterizedTest
  @EnumSource
  void shouldSayUnencryptedIfTheOfferWasStripped(Relay.Way way) throws IOException {
    Wire wire = Wire.changing(way, SecrecyIT::strip);
    try (ServerProcess server = server(false);
        Relay relay = Relay.start(server.address(), wire)) {
      JarProcess.Result result = JarProcess.client().run(relay.address(), file.toString());

      assertThat(result.exitCode()).as("%s", result).isZero();
      assertThat(result.out().get(result.out().size() - 1)).endsWith(", unencrypted");
    }
  }

  /** Nobody can make a client that insists on Ferry mode send anything in the clear. */
  @ParameterizedTest(name = "with a key: {0}")
  @CsvSource({"false", "true"})
  void shouldSendNothingInTheClearToWhoeverDoesNotKnowFerryMode(boolean keyed) throws IOException {
    AtomicInteger hellos = new AtomicInteger();
    AtomicReference<Relay> relay = new AtomicReference<>();
    Wire wire = Wire.tapped();
    try (ServerProcess server = server(false)) {
      relay.set(
          Relay.start(
              server.address(),
              (way, datagram) -> {
                wire.pass(way, datagram);
                if (hellos.incrementAndGet() == ENOUGH_HELLOS) {
                  relay.get().close(); // So that the client need not wait until it gives up.
                }
                return new byte[0];
              }));
      try (Relay open = relay.get()) {
        JarProcess.Result result = put(open, options(keyed));

        assertThat(result.exitCode()).as("%s", result).isEqualTo(75);
      }
    }
    assertThat(wire.sent(Relay.Way.UP)).hasSize(ENOUGH_HELLOS);
    assertThat(wire.sent()).allMatch(Wire.Sent::isFerry);
    assertThat(root).isEmptyDirectory();
  }
}

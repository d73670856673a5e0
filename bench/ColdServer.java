import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * How long a server that has just said that it listens takes to answer the start of a lab upload.
 * Starts servers one after the other; a busy machine has as many threads beside that only compute
 * as it has processors.
 *
 * <p>Usage: java ColdServer.java JAR STARTS BUSY_THREADS DIRECTORY
 */
final class ColdServer {
  private static final int PATIENCE_MS = 20_000;

  private ColdServer() {}

  public static void main(String[] args) throws Exception {
    Path jar = Path.of(args[0]);
    int starts = Integer.parseInt(args[1]);
    int busy = Integer.parseInt(args[2]);
    Path directory = Files.createDirectories(Path.of(args[3]));
    for (int i = 0; i < busy; i++) {
      Thread thread = new Thread(ColdServer::compute);
      thread.setDaemon(true);
      thread.start();
    }
    List<Double> answers = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      answers.add(answerMs(jar, directory, "name-" + i));
    }
    Collections.sort(answers);
    System.out.printf(
        Locale.ROOT,
        "%d busy threads: median %.0f ms, smallest %.0f, largest %.0f%n",
        busy,
        answers.get(starts / 2),
        answers.get(0),
        answers.get(starts - 1));
  }

  private static void compute() {
    long value = 1;
    while (value != 0) {
      value = value * 6364136223846793005L + 1442695040888963407L | 1;
    }
  }

  /** From the line on stdout to the acknowledgement of the start. */
  private static double answerMs(Path jar, Path directory, String name)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>(Arrays.asList(java));
    command.addAll(
        Arrays.asList(
            "-jar", jar.toString(), "0", "--bind", "127.0.0.1", "--root", directory.toString()));
    Process server =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (DatagramSocket socket = new DatagramSocket();
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      long beganNs = System.nanoTime();
      int port = Integer.parseInt(line.replaceAll("^listening on [^,]*:([0-9]+),.*", "$1"));
      byte[] start = ("s | 0 | " + name + " | 1000").getBytes(StandardCharsets.US_ASCII);
      socket.send(new DatagramPacket(start, start.length, InetAddress.getLoopbackAddress(), port));
      socket.setSoTimeout(PATIENCE_MS);
      socket.receive(new DatagramPacket(new byte[100], 100));
      return (System.nanoTime() - beganNs) / 1e6;
    } catch (SocketTimeoutException e) {
      return Double.POSITIVE_INFINITY;
    } finally {
      server.destroy();
      server.waitFor();
    }
  }
}

package dev.ferry.runtime;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ferry.protocol.connection.HostFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What Linux says of a thread and of a socket; where it is not Linux, nothing is known. Used on the
 * thread that it is about.
 */
final class HostProbe {
  private static final Path SCHEDULED = Path.of("/proc/thread-self/schedstat");
  private static final List<Path> SOCKETS =
      List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));

  private static final long UNKNOWN = -1;
  private static final int LOCAL_ADDRESS = 1;

  private final int port;
  private final long beganNs;
  private final long cpuNs;

  /**
   * Begins with the calling thread.
   *
   * @param port the local port of the socket; 0 if there is none over UDP
   */
  HostProbe(int port, long nowNs) {
    this.port = port;
    this.beganNs = nowNs;
    this.cpuNs = cpuNs();
  }

  /** What was found since then. */
  HostFacts facts(long nowNs) {
    long nowCpuNs = cpuNs();
    boolean known = cpuNs != UNKNOWN && nowCpuNs != UNKNOWN && nowNs - beganNs > 0;
    double share = known ? (double) (nowCpuNs - cpuNs) / (nowNs - beganNs) : UNKNOWN;
    return new HostFacts(Math.min(share, 1), port == 0 ? UNKNOWN : drops());
  }

  /** For how long the calling thread has run: the first of three numbers. */
  private static long cpuNs() {
    try {
      return firstNumber(Files.readString(SCHEDULED, US_ASCII));
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  static long firstNumber(String text) {
    int end = 0;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    return end == 0 ? UNKNOWN : Long.parseLong(text.substring(0, end));
  }

  private long drops() {
    for (Path table : SOCKETS) {
      try {
        long drops = drops(Files.readAllLines(table, US_ASCII), port);
        if (drops != UNKNOWN) {
          return drops;
        }
      } catch (IOException e) {
        // Perhaps the other one is there.
      }
    }
    return UNKNOWN;
  }

  /** The last column of the row whose local address ends in the port, in hexadecimal digits. */
  static long drops(List<String> table, int port) {
    String ending = String.format(Locale.ROOT, ":%04X", port);
    for (String row : table) {
      String[] columns = row.strip().split("\\s+", -1);
      if (columns.length > LOCAL_ADDRESS + 1 && columns[LOCAL_ADDRESS].endsWith(ending)) {
        return firstNumber(columns[columns.length - 1]);
      }
    }
    return UNKNOWN;
  }
}

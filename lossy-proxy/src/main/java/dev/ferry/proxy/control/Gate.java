package dev.ferry.proxy.control;

import com.sun.net.httpserver.Headers;
import dev.ferry.cli.Escaper;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Keeps out pages of other sites that a browser on this machine has open: any page can make it send
 * requests to the loopback interface. The name in {@code Host} stops a site whose name has been
 * made to resolve to this machine (DNS rebinding), {@code Origin} and {@code Sec-Fetch-Site} one
 * that sends from its own. Tools that are no browsers send neither of the last two.
 */
final class Gate {
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?");

  private Gate() {}

  static void check(Request request) throws RefusedException {
    String host = host(request.headers());
    if (!request.isSafe()) {
      checkOrigin(request.headers(), "http://" + host);
    }
  }

  /** Any port will do: it may be another one at the far end of a tunnel. */
  private static String host(Headers headers) throws RefusedException {
    List<String> hosts = headers.getOrDefault("Host", List.of());
    String host = String.join(",", hosts).toLowerCase(Locale.ROOT);
    if (!LOOPBACK.matcher(host).matches()) {
      throw new RefusedException(
          403, "host '" + Escaper.escape(host) + "' is not this machine; use 127.0.0.1");
    }
    return host;
  }

  private static void checkOrigin(Headers headers, String own) throws RefusedException {
    for (String origin : headers.getOrDefault("Origin", List.of())) {
      if (!origin.equalsIgnoreCase(own)) {
        throw new RefusedException(
            403, "a page of '" + Escaper.escape(origin) + "' must not change anything here");
      }
    }
    for (String site : headers.getOrDefault("Sec-Fetch-Site", List.of())) {
      if (!site.equals("same-origin") && !site.equals("none")) {
        throw new RefusedException(403, "a page of another site must not change anything here");
      }
    }
  }
}

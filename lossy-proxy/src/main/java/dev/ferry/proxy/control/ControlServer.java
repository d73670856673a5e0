package dev.ferry.proxy.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Serves the {@link Api} over HTTP, on 127.0.0.1 only and without authentication. */
public final class ControlServer implements AutoCloseable {
  /** The longest body of a request. */
  static final int MAX_BODY_BYTES = 16 << 10;

  /**
   * How many connections are served at a time. A request that stalls holds a thread, so there is
   * one for each.
   */
  private static final int MAX_CONNECTIONS = 64;

  /** How many of them may wait for another request. */
  private static final int MAX_IDLE_CONNECTIONS = 16;

  private static final int IDLE_SECONDS = 10;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  /** For each answer: nothing from elsewhere, for nobody else's page, and always fresh. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final HttpServer server;
  private final ExecutorService threads;
  private final Api api;

  static {
    // A client that connects and says nothing, or does not read, must not keep the others waiting
    // for ever; nor may all places be taken by those that have had their answers.
    System.setProperty("sun.net.httpserver.maxReqTime", "3");
    System.setProperty("sun.net.httpserver.maxRspTime", "10");
    System.setProperty(
        "sun.net.httpserver.maxIdleConnections", String.valueOf(MAX_IDLE_CONNECTIONS));
    System.setProperty("jdk.httpserver.maxConnections", String.valueOf(MAX_CONNECTIONS));
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private ControlServer(HttpServer server, Api api) {
    this.server = server;
    this.api = api;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            MAX_CONNECTIONS,
            MAX_CONNECTIONS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            ControlServer::thread);
    pool.allowCoreThreadTimeOut(true);
    this.threads = pool;
  }

  /**
   * Starts to serve.
   *
   * @param port 0 for any free one
   * @param proxyThread runs tasks on the proxy's thread, the only one to touch the proxy
   * @throws IOException if it cannot listen there
   */
  public static ControlServer start(int port, Controllable proxy, Executor proxyThread)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port);
    ControlServer result =
        new ControlServer(HttpServer.create(address, 0), new Api(proxy, proxyThread));
    result.server.createContext("/", result::serve);
    result.server.setExecutor(result.threads);
    result.server.start();
    return result;
  }

  private static Thread thread(Runnable body) {
    Thread thread = new Thread(body, "control");
    thread.setDaemon(true);
    return thread;
  }

  /** Its address, as {@code http://127.0.0.1:8080/}. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      send(exchange, answer(exchange));
    }
  }

  private Response answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
    if (body.length > MAX_BODY_BYTES) {
      return Response.failure(413, "the body is longer than " + MAX_BODY_BYTES + " bytes");
    }
    try {
      return api.answer(
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getRawPath(),
              exchange.getRequestHeaders(),
              new String(body, UTF_8)));
    } catch (RuntimeException e) {
      return Response.failure(500, "this is a bug, please report it: " + e);
    }
  }

  private static void send(HttpExchange exchange, Response response) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", response.type());
    headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cache-Control", "no-store");
    response.headers().forEach(headers::set);
    byte[] content = response.content().getBytes(UTF_8);
    boolean silent = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(response.status(), silent ? -1 : content.length);
    if (!silent) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(content);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

package dev.ferry.proxy.control;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ImpairmentText;
import dev.ferry.netsim.ImpairmentSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Answers requests. Everything that touches the proxy runs on the proxy's thread, and is awaited
 * for a few seconds. Thread-safe.
 */
final class Api {
  /** What there is to ask for; for people. */
  static final String HELP =
      """
      GET   /                          a page that does all this
      GET   /api                       this text
      GET   /api/state                 impairments, switches and counters, as JSON
      GET   /api/impairments/up        as text; also /down
      PATCH /api/impairments/up        change some: loss=10%,delay=50ms,rate=none; also /down and /both
      PUT   /api/impairments/up        the same, instead of all there were; also /down and /both
      GET   /api/presets               the names that preset=NAME takes
      POST  /api/pause                 hold everything back
      POST  /api/resume                deliver what is due, and go on
      POST  /api/blackhole             'on': drop whatever arrives; 'off': no longer
      POST  /api/reset                 let all counters begin at 0 again
      GET   /metrics                   counters for Prometheus
      """;

  private static final int TIMEOUT_SECONDS = 5;

  private final Controllable proxy;
  private final Executor proxyThread;
  private final Map<String, Map<String, Handler>> routes = new LinkedHashMap<>();

  @FunctionalInterface
  private interface Handler {
    Response handle(String body) throws RefusedException;
  }

  @FunctionalInterface
  private interface Change {
    ImpairmentSpec apply(ImpairmentSpec spec, String text) throws CommandException;
  }

  /**
   * Creates it.
   *
   * @param proxyThread where the proxy may be touched
   */
  Api(Controllable proxy, Executor proxyThread) {
    this.proxy = proxy;
    this.proxyThread = proxyThread;
    for (Page page : Page.values()) {
      get(page.path(), page::response);
    }
    get("/api", () -> Response.ok(Response.TEXT, HELP));
    get("/api/state", () -> json(ask(proxy::state)));
    get("/metrics", () -> Response.ok(Metrics.TYPE, Metrics.of(ask(proxy::state))));
    get("/api/impairments/up", () -> text(ask(proxy::state).up().spec()));
    get("/api/impairments/down", () -> text(ask(proxy::state).down().spec()));
    for (String which : new String[] {"up", "down", "both"}) {
      String path = "/api/impairments/" + which;
      on("PATCH", path, body -> json(change(which, body, Changes::patch)));
      on("PUT", path, body -> json(change(which, body, (spec, text) -> Changes.replace(text))));
    }
    get("/api/presets", () -> Response.ok(Response.TEXT, lines(ImpairmentText.presets())));
    post("/api/pause", body -> tell(() -> proxy.setPaused(true)));
    post("/api/resume", body -> tell(() -> proxy.setPaused(false)));
    post("/api/blackhole", this::blackhole);
    post("/api/reset", body -> tell(proxy::clearCounters));
  }

  @FunctionalInterface
  private interface Source {
    Response get() throws RefusedException;
  }

  private void get(String path, Source source) {
    on("GET", path, body -> source.get());
  }

  private void post(String path, Handler handler) {
    on("POST", path, handler);
  }

  private void on(String method, String path, Handler handler) {
    routes.computeIfAbsent(path, unused -> new LinkedHashMap<>()).put(method, handler);
  }

  /** Answers a request, whatever it is. */
  Response answer(Request request) {
    try {
      Gate.check(request);
      Map<String, Handler> methods = routes.get(request.path());
      if (methods == null) {
        throw new RefusedException(
            404, "there is no " + Escaper.escape(request.path()) + "; see /api");
      }
      Handler handler = methods.get(request.method().equals("HEAD") ? "GET" : request.method());
      return handler == null ? notAllowed(request, methods) : handler.handle(request.body());
    } catch (RefusedException e) {
      return e.response();
    }
  }

  private static Response notAllowed(Request request, Map<String, Handler> methods) {
    String allowed = String.join(", ", methods.keySet());
    Response failure =
        Response.failure(
            405,
            request.path() + " takes " + allowed + ", not " + Escaper.escape(request.method()));
    return new Response(405, failure.type(), failure.content(), Map.of("Allow", allowed));
  }

  private Response blackhole(String body) throws RefusedException {
    return switch (body.strip()) {
      case "on" -> tell(() -> proxy.setBlackhole(true));
      case "off" -> tell(() -> proxy.setBlackhole(false));
      default ->
          throw new RefusedException(
              400, "'" + Escaper.escape(body.strip()) + "' is neither on nor off");
    };
  }

  /** One change at a time, as each begins with what the last one left. */
  private synchronized ProxyState change(String which, String text, Change change)
      throws RefusedException {
    ProxyState before = ask(proxy::state);
    ImpairmentSpec up = before.up().spec();
    ImpairmentSpec down = before.down().spec();
    try {
      ImpairmentSpec changedUp = which.equals("down") ? up : change.apply(up, text);
      ImpairmentSpec changedDown = which.equals("up") ? down : change.apply(down, text);
      String objection = proxy.objection(changedUp, changedDown);
      if (objection != null) {
        throw new RefusedException(400, objection);
      }
      return ask(
          () -> {
            proxy.reconfigure(changedUp, changedDown);
            return proxy.state();
          });
    } catch (CommandException e) {
      throw new RefusedException(400, String.valueOf(e.getMessage()));
    }
  }

  private Response tell(Runnable order) throws RefusedException {
    return json(
        ask(
            () -> {
              order.run();
              return proxy.state();
            }));
  }

  private <T> T ask(Supplier<T> question) throws RefusedException {
    CompletableFuture<T> answer = new CompletableFuture<>();
    proxyThread.execute(
        () -> {
          if (!answer.isDone()) { // Otherwise nobody waits for it any more.
            settle(answer, question);
          }
        });
    try {
      return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      answer.cancel(false);
      throw new RefusedException(503, "the proxy is too busy to answer");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(503, "the proxy is ending");
    }
  }

  /** A mistake in here must not end the proxy's thread. */
  private static <T> void settle(CompletableFuture<T> answer, Supplier<T> question) {
    try {
      answer.complete(question.get());
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  private static Response json(ProxyState state) {
    return Response.ok(Response.JSON, StateJson.of(state) + "\n");
  }

  private static String lines(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  private static Response text(ImpairmentSpec spec) {
    return Response.ok(Response.TEXT, Changes.text(spec) + "\n");
  }
}

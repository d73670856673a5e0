package dev.ferry.testkit.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines that a process prints, collected by a thread of its own so that the process never
 * blocks. Thread-safe.
 */
public final class LineLog {
  private static final int PATIENCE_SECONDS = 180;

  private final String name;
  private final List<String> lines = new ArrayList<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private record Waiter(Pattern pattern, CompletableFuture<Matcher> found) {}

  private LineLog(String name) {
    this.name = name;
  }

  /** Starts to collect. */
  public static LineLog of(String name, InputStream stream) {
    LineLog log = new LineLog(name);
    Thread reader = new Thread(() -> log.collect(stream), name + "-reader");
    reader.setDaemon(true);
    reader.start();
    return log;
  }

  private void collect(InputStream stream) {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("(" + name + " broke off: " + e + ")");
    }
    end();
  }

  private synchronized void add(String line) {
    lines.add(line);
    waiters.removeIf(
        waiter -> {
          Matcher matcher = waiter.pattern.matcher(line);
          return matcher.find() && waiter.found.complete(matcher);
        });
  }

  private synchronized void end() {
    ended.complete(null);
    waiters.forEach(waiter -> waiter.found.completeExceptionally(missing(waiter.pattern)));
    waiters.clear();
  }

  private IllegalStateException missing(Pattern pattern) {
    return new IllegalStateException(
        "no line of " + name + " matches '" + pattern + "':\n" + String.join("\n", lines));
  }

  /**
   * Waits for the first line in which the regular expression is found, however long ago it came.
   *
   * @throws IllegalStateException if the process closes the stream without one
   */
  public Matcher await(String regex) {
    Pattern pattern = Pattern.compile(regex);
    try {
      return find(pattern).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      synchronized (this) {
        throw new IllegalStateException(missing(pattern).getMessage() + "\n(timed out)", e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private synchronized CompletableFuture<Matcher> find(Pattern pattern) {
    CompletableFuture<Matcher> found = new CompletableFuture<>();
    for (String line : lines) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.find()) {
        found.complete(matcher);
        return found;
      }
    }
    if (ended.isDone()) {
      found.completeExceptionally(missing(pattern));
    } else {
      waiters.add(new Waiter(pattern, found));
    }
    return found;
  }

  /** All lines, once the process has closed the stream. */
  public List<String> awaitAll() {
    try {
      ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(name + " does not end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return lines();
  }

  /** The lines so far. */
  public synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public String toString() {
    return name + ":\n" + String.join("\n", lines());
  }
}

package dev.ferry.proxy.control;

import java.util.Map;

/**
 * An answer.
 *
 * @param status of HTTP
 * @param type of the content
 * @param headers besides those that all answers have
 */
record Response(int status, String type, String content, Map<String, String> headers) {
  static final String TEXT = "text/plain; charset=utf-8";
  static final String JSON = "application/json";

  static Response ok(String type, String content) {
    return new Response(200, type, content, Map.of());
  }

  /** A failure, explained in a line. */
  static Response failure(int status, String message) {
    return new Response(status, TEXT, message + "\n", Map.of());
  }
}

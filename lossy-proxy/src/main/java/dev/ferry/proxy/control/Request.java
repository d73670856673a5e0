package dev.ferry.proxy.control;

import com.sun.net.httpserver.Headers;

/**
 * A request, read completely.
 *
 * @param method such as GET
 * @param path without the query, as it was written
 * @param body as UTF-8
 */
record Request(String method, String path, Headers headers, String body) {
  /** Whether it only looks. */
  boolean isSafe() {
    return method.equals("GET") || method.equals("HEAD");
  }
}

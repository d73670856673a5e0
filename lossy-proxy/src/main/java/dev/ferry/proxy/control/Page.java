package dev.ferry.proxy.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The files of the page to steer the proxy with. */
enum Page {
  INDEX("/", "index.html", "text/html; charset=utf-8"),
  STYLE("/control.css", "control.css", "text/css; charset=utf-8"),
  SCRIPT("/control.js", "control.js", "text/javascript; charset=utf-8"),
  ICON("/icon.svg", "icon.svg", "image/svg+xml");

  private final String path;
  private final String file;
  private final String type;

  Page(String path, String file, String type) {
    this.path = path;
    this.file = file;
    this.type = type;
  }

  String path() {
    return path;
  }

  Response response() {
    try (InputStream in = Page.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + file);
      }
      return Response.ok(type, new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

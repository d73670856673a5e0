package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.NativeArguments;
import dev.ferry.copy.CopyNames;
import dev.ferry.tree.TreeSource;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The sources of a copy out of a list, read a line at a time. A line names a file or a directory;
 * its name at the destination is all of that, or what is behind {@code /./}. Not thread-safe.
 */
final class SourceList implements Iterator<TreeSource>, Closeable {
  /** What stands for stdin. */
  private static final String STDIN = "-";

  private static final int MAX_LINE_BYTES = 1 << 16;

  private final InputStream in;
  private final int end;
  private final String base;
  private final String destination;
  private @Nullable TreeSource found;
  private @Nullable IOException error;

  private SourceList(InputStream in, int end, String base, String destination) {
    this.in = in;
    this.end = end;
    this.base = base;
    this.destination = destination;
  }

  /**
   * Opens a list.
   *
   * @param options which list
   * @param base what the names in it are relative to, with a slash behind it, or empty
   * @param destination the directory at the destination
   * @throws CommandException if it cannot be opened
   */
  static SourceList open(CopyOptions options, String base, String destination)
      throws CommandException {
    String lines = options.filesFrom();
    String zeros = options.filesFromNul();
    if (lines != null && zeros != null) {
      throw new CommandException(
          ExitCode.USAGE, "--files-from and --files-from0 exclude each other");
    }
    String name = lines == null ? String.valueOf(zeros) : lines;
    try {
      InputStream in = name.equals(STDIN) ? System.in : Files.newInputStream(LocalPath.parse(name));
      return new SourceList(
          new BufferedInputStream(in), lines == null ? 0 : '\n', base, destination);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.NO_INPUT,
          "the list '" + Escaper.escape(name) + "' cannot be read: " + e.getMessage());
    }
  }

  /** Why the list was not read to its end; null if it was, so far. */
  @Nullable IOException error() {
    return error;
  }

  @Override
  public boolean hasNext() {
    try {
      String line = found == null && error == null ? read() : null;
      while (line != null && line.isEmpty()) {
        line = read();
      }
      if (line != null) {
        found = source(line);
      }
    } catch (IOException e) {
      error = e;
    }
    return found != null;
  }

  private TreeSource source(String line) throws IOException {
    try {
      String name = CopyNames.join(destination, CopyNames.ofLine(line));
      return new TreeSource(NativeArguments.path(base + line), line, name);
    } catch (InvalidPathException e) {
      throw new IOException("'" + line + "' in the list is no file name of this system", e);
    }
  }

  /** The next line without what ends it; null at the end. */
  private @Nullable String read() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != end) {
      if (bytes.size() == MAX_LINE_BYTES) {
        throw new IOException("a name in the list is longer than " + MAX_LINE_BYTES + " bytes");
      }
      bytes.write(next);
      next = in.read();
    }
    String text = NativeArguments.decode(bytes.toByteArray());
    return end == '\n' && text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  @Override
  public TreeSource next() {
    if (!hasNext() || found == null) {
      throw new NoSuchElementException();
    }
    TreeSource next = found;
    found = null;
    return next;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

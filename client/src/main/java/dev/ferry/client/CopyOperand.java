package dev.ferry.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.copy.RemoteSource;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A source or the destination of {@code cp}: on this machine, or at a server. */
sealed interface CopyOperand {
  /** Where it is. */
  enum Side {
    LOCAL,
    REMOTE
  }

  /** Where it is. */
  Side side();

  /**
   * On this machine.
   *
   * @param text as it was typed
   */
  record Local(String text) implements CopyOperand {
    @Override
    public Side side() {
      return Side.LOCAL;
    }
  }

  /**
   * At a server.
   *
   * @param path below its root, with slashes; empty for the root
   * @param literal whether nothing in the path is a pattern
   */
  record Remote(HostPort server, String path, boolean literal) implements CopyOperand {
    /** A path in which there may be patterns. */
    Remote(HostPort server, String path) {
      this(server, path, false);
    }

    @Override
    public Side side() {
      return Side.REMOTE;
    }

    /** The last component; empty if the content of a directory is meant. */
    String ownName() {
      return source().ownName();
    }

    /** Whether the content of a directory is meant, without its own name. */
    boolean isContent() {
      return ownName().isEmpty();
    }

    /** The same without what says that its content is meant. */
    Remote bare() {
      return new Remote(server, source().barePath(), literal);
    }

    /** The same for a copy. */
    RemoteSource source() {
      return new RemoteSource(server + "/", path);
    }

    /** As the user may type it. */
    String shown() {
      return source().shown();
    }

    /** Something in it, as the user may type it. */
    String shown(String name) {
      return source().shown(name);
    }
  }

  /** What a URL begins with, whatever its case. */
  String SCHEME = "ferry://";

  /** A port, and maybe a path. */
  Pattern PORT_AND_PATH = Pattern.compile("([0-9]+)(?:/(.*))?", Pattern.DOTALL);

  /** An IPv6 address in brackets, and a colon behind it. */
  Pattern BRACKETS = Pattern.compile("(\\[[^/\\\\\\]]*\\]):(.*)", Pattern.DOTALL);

  /**
   * Reads an operand. It is at a server if there is a colon in it that no slash or backslash is in
   * front of.
   *
   * @param windows whether a single letter in front of a colon is a drive
   * @throws CommandException if it is at something else than a server of Ferry's
   */
  static CopyOperand parse(String text, boolean windows) throws CommandException {
    if (text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return url(text);
    }
    Matcher brackets = BRACKETS.matcher(text);
    if (brackets.matches()) {
      return remote(text, brackets.group(1), brackets.group(2));
    }
    int colon = text.indexOf(':');
    String host = text.substring(0, Math.max(0, colon));
    if (colon < 0 || host.indexOf('/') >= 0 || host.indexOf('\\') >= 0) {
      return new Local(text);
    }
    if (windows && host.length() == 1 && Character.isLetter(host.charAt(0))) {
      return new Local(text);
    }
    if (host.indexOf('@') >= 0) {
      throw new CommandException(
          ExitCode.USAGE,
          shown(text) + " is for a copy over ssh, and there is none yet; " + advice(text));
    }
    return remote(text, host, text.substring(colon + 1));
  }

  private static Remote remote(String text, String host, String rest) throws CommandException {
    Matcher matcher = PORT_AND_PATH.matcher(rest);
    if (!matcher.matches()) {
      throw new CommandException(
          ExitCode.USAGE,
          shown(text)
              + " is neither HOST:PORT/PATH, for a server of Ferry's, nor USER@HOST:PATH, for a"
              + " copy over ssh, which there is not yet; "
              + advice(text));
    }
    String path = matcher.group(2);
    return new Remote(HostPort.parse(host + ":" + matcher.group(1)), path == null ? "" : path);
  }

  private static String advice(String text) {
    return "a file of that name is " + shown("./" + text);
  }

  private static String shown(String text) {
    return "'" + Escaper.escape(text) + "'";
  }

  private static Remote url(String text) throws CommandException {
    String rest = text.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    String path = slash < 0 ? "" : rest.substring(slash + 1);
    if (authority.indexOf('@') >= 0 || rest.indexOf('?') >= 0 || rest.indexOf('#') >= 0) {
      throw wrongUrl(text, "it takes no user, no '?' and no '#' (write %3F and %23)");
    }
    return new Remote(HostPort.parse(authority), decode(text, path), true);
  }

  private static String decode(String text, String path) throws CommandException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) != '%') {
        int codePoint = path.codePointAt(i);
        if (Character.getType(codePoint) == Character.SURROGATE) {
          throw wrongUrl(text, "its bytes are no UTF-8");
        }
        bytes.writeBytes(Character.toString(codePoint).getBytes(UTF_8));
        i += Character.charCount(codePoint) - 1;
        continue;
      }
      int high = i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
      int low = i + 2 < path.length() ? Character.digit(path.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw wrongUrl(text, "two hexadecimal digits follow a '%' (a '%' itself is %25)");
      }
      if (high * 16 + low == '/') {
        throw wrongUrl(text, "no name has a slash in it");
      }
      bytes.write(high * 16 + low);
      i += 2;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw wrongUrl(text, "its bytes are no UTF-8");
    }
  }

  private static CommandException wrongUrl(String text, String mistake) {
    return new CommandException(
        ExitCode.USAGE, shown(text) + " is not ferry://HOST:PORT/PATH: " + mistake);
  }
}

package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Paths from text and back, by their bytes. On POSIX systems a name is bytes, mostly UTF-8; Java
 * encodes it by the locale, which in the locale C has ASCII only, and loses what is no UTF-8. Here
 * such a byte is a lone surrogate, U+DC80 to U+DCFF, as in Python (PEP 383). Where the locale has
 * another character set, or on Windows, paths are what Java makes of them.
 */
public final class NativePaths {
  private static final String HEX = "0123456789ABCDEF";
  private static final int ESCAPE = 0xdc00;
  private static final int FIRST_ESCAPED = 0x80;
  private static final int LAST_ESCAPED = 0xff;

  private static final boolean BY_BYTES =
      FileModes.isPosix(FileSystems.getDefault()) && namesAreUtf8();

  private NativePaths() {}

  private static boolean namesAreUtf8() {
    return switch (System.getProperty("sun.jnu.encoding", "")) {
      case "UTF-8", "US-ASCII", "ANSI_X3.4-1968", "646" -> true;
      default -> false;
    };
  }

  /**
   * A path of the default file system.
   *
   * @throws InvalidPathException if there is none of that name
   */
  public static Path of(String text) {
    return isByBytes(text) ? ofBytes(text) : Path.of(text);
  }

  /**
   * A path of any file system, by what {@link #text} says of it.
   *
   * @throws InvalidPathException if there is none of that name
   */
  static Path of(FileSystem fileSystem, String text) {
    return fileSystem == FileSystems.getDefault() ? of(text) : fileSystem.getPath(text);
  }

  private static boolean isByBytes(String text) {
    return BY_BYTES && !isAscii(text);
  }

  /** Whether a text is the same in every locale. */
  public static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= FIRST_ESCAPED) {
        return false;
      }
    }
    return true;
  }

  /** A file's URI is the only way to give Java the bytes of a path. */
  private static Path ofBytes(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new InvalidPathException(text, "Nul character not allowed");
    }
    StringBuilder uri = new StringBuilder("file:///");
    boolean afterSlash = true;
    for (byte each : encode(text)) {
      if (each != '/' || !afterSlash) {
        append(uri, each);
      }
      afterSlash = each == '/';
    }
    Path absolute = Path.of(URI.create(uri.toString()));
    return text.startsWith("/") ? absolute : absolute.subpath(0, absolute.getNameCount());
  }

  private static void append(StringBuilder uri, byte each) {
    if (each == '/') {
      uri.append('/');
    } else {
      uri.append('%').append(HEX.charAt(each >> 4 & 0xf)).append(HEX.charAt(each & 0xf));
    }
  }

  /**
   * The bytes of a name: the opposite of {@link #decode}.
   *
   * @throws InvalidPathException if there is half of a character in the text
   */
  public static byte[] encode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    text.codePoints()
        .forEach(
            codePoint -> {
              if (isEscape(codePoint)) {
                bytes.write(codePoint - ESCAPE);
              } else if (Character.getType(codePoint) == Character.SURROGATE) {
                throw new InvalidPathException(text, "half of a character");
              } else {
                bytes.writeBytes(Character.toString(codePoint).getBytes(UTF_8));
              }
            });
    return bytes.toByteArray();
  }

  private static boolean isEscape(int codePoint) {
    return codePoint >= ESCAPE + FIRST_ESCAPED && codePoint <= ESCAPE + LAST_ESCAPED;
  }

  /** Text of bytes that are UTF-8, for the most part. */
  public static String decode(byte[] bytes) {
    CharsetDecoder decoder =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    while (result.isError()) {
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (ESCAPE + Byte.toUnsignedInt(in.get())));
      }
      result = decoder.decode(in, out, true);
    }
    return out.flip().toString();
  }

  /**
   * The text from which {@link #of} makes a name again.
   *
   * @param name a path of one component
   */
  public static String text(Path name) {
    String text = name.toString();
    if (name.getFileSystem() != FileSystems.getDefault() || !isByBytes(text)) {
      return text;
    }
    String uri = Path.of("/").resolve(name).toUri().getRawPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // One for a directory of that name ends in a slash, too.
    for (int i = 1; i < uri.length() && uri.charAt(i) != '/'; i++) {
      if (uri.charAt(i) == '%') {
        bytes.write(Integer.parseInt(uri.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(uri.charAt(i));
      }
    }
    return decode(bytes.toByteArray());
  }

  /** What tells a file on this machine from others, whatever its name and the locale. */
  public static String identity(Path path) {
    return path.toAbsolutePath().toUri().getRawPath();
  }
}

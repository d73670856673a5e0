package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import java.io.File;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of a file below the root, checked by the rules of protocol.md, section 5. A name that
 * breaks one is rejected, never rewritten, but for a {@code ./} at its beginning. Immutable.
 */
public final class RemoteName {
  /** What the names of Ferry's own files begin with; peers cannot use it. */
  static final String RESERVED_PREFIX = ".ferry-";

  private static final int MAX_COMPONENT_BYTES = 255;

  /** The longest name, in bytes of UTF-8. */
  public static final int MAX_NAME_BYTES = 1024;

  /** What may be in front of a name and means nothing, as in {@code ./-a}. */
  private static final String HERE = "./";

  /** What the operator of the server can do about a rule that is Windows'. */
  private static final String HELP = "; a server with --names posix takes it";

  private static final boolean HAS_SHORT_NAMES = File.separatorChar == '\\';

  private final List<String> components;

  private RemoteName(List<String> components) {
    this.components = components;
  }

  /**
   * Checks a name that a peer sent by the rules for all systems.
   *
   * @throws InvalidNameException if it breaks a rule
   */
  public static RemoteName parse(String name) throws InvalidNameException {
    return parse(name, NameRules.PORTABLE);
  }

  /**
   * Checks a name that a peer sent.
   *
   * @throws InvalidNameException if it breaks a rule
   */
  static RemoteName parse(String name, NameRules rules) throws InvalidNameException {
    if (name.getBytes(UTF_8).length > MAX_NAME_BYTES) {
      throw new InvalidNameException("longer than " + MAX_NAME_BYTES + " bytes");
    }
    List<String> components = Splitter.on('/').splitToList(withoutDot(name));
    for (String component : components) {
      checkComponent(component);
      if (rules == NameRules.PORTABLE) {
        checkPortable(component);
      }
    }
    return new RemoteName(components);
  }

  /** A name without the {@code ./} that shells and users put in front of it. */
  public static String withoutDot(String name) {
    String rest = name;
    while (rest.startsWith(HERE)) {
      rest = rest.substring(HERE.length());
    }
    return rest;
  }

  private static void checkComponent(String component) throws InvalidNameException {
    String seen = Patterns.IGNORED_BY_HFS.removeFrom(component);
    if (seen.isEmpty()) {
      throw new InvalidNameException("absolute, or with an empty component");
    }
    if (seen.equals(".") || seen.equals("..")) {
      throw new InvalidNameException("a component is '.' or '..'");
    }
    if (component.getBytes(UTF_8).length > MAX_COMPONENT_BYTES) {
      throw new InvalidNameException(
          "a component is longer than " + MAX_COMPONENT_BYTES + " bytes");
    }
    if (component.codePoints().anyMatch(RemoteName::isForbidden)) {
      throw new InvalidNameException(
          "a control or bidirectional character, which could deceive who reads it");
    }
    if (isReserved(component)) {
      throw new InvalidNameException("reserved for unfinished files");
    }
  }

  /** Whether a component is one of Ferry's own files, or may stand for one. */
  public static boolean isReserved(String component) {
    String seen = Patterns.IGNORED_BY_HFS.removeFrom(component);
    return seen.toLowerCase(Locale.ROOT).startsWith(RESERVED_PREFIX)
        || Patterns.SHORT_OWN_NAME.matcher(seen).matches();
  }

  /** What Windows would not take, or would take for something else. */
  private static void checkPortable(String component) throws InvalidNameException {
    String seen = Patterns.IGNORED_BY_HFS.removeFrom(component);
    if (component.indexOf('\\') >= 0) {
      throw new InvalidNameException("a backslash, which separates directories on Windows" + HELP);
    }
    if (seen.endsWith(".") || seen.endsWith(" ")) {
      throw new InvalidNameException(
          "a component ends in a dot or a blank, which Windows drops" + HELP);
    }
    int dot = seen.indexOf('.');
    String stem = (dot < 0 ? seen : seen.substring(0, dot)).strip();
    if (Patterns.WINDOWS_RESERVED.contains(stem.toLowerCase(Locale.ROOT))) {
      throw new InvalidNameException("reserved on Windows, with any extension" + HELP);
    }
  }

  /** Whether a character is in no name. */
  static boolean isForbidden(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> isBidirectionalControl(codePoint);
    };
  }

  /** The characters of Unicode's property Bidi_Control. */
  private static boolean isBidirectionalControl(int codePoint) {
    return codePoint == 0x061c
        || codePoint == 0x200e
        || codePoint == 0x200f
        || (codePoint >= 0x202a && codePoint <= 0x202e)
        || (codePoint >= 0x2066 && codePoint <= 0x2069);
  }

  /**
   * Whether a component begins with a dot, or may be another name of one that does: on Windows
   * every file can have a short name without it.
   */
  boolean isHidden() {
    return isHidden(HAS_SHORT_NAMES);
  }

  boolean isHidden(boolean hasShortNames) {
    return components.stream().anyMatch(component -> isHidden(component, hasShortNames));
  }

  private static boolean isHidden(String component, boolean hasShortNames) {
    String seen = Patterns.IGNORED_BY_HFS.removeFrom(component);
    return seen.startsWith(".") || (hasShortNames && Patterns.SHORT_NAME.matcher(seen).matches());
  }

  /** Whether some server may hide what has this name, checked or not, from clients without key. */
  public static boolean mayBeHidden(String name) {
    return Splitter.on('/').splitToStream(name).anyMatch(component -> isHidden(component, true));
  }

  /** Whether no server can have anything of this name in its lists. */
  public static boolean isNowhere(String name) {
    try {
      parse(name, NameRules.POSIX);
      return false;
    } catch (InvalidNameException e) {
      return true;
    }
  }

  /** Where the file is to appear. */
  RelativePath place() {
    int last = components.size() - 1;
    return new RelativePath(components.subList(0, last), components.get(last));
  }

  @Override
  public String toString() {
    return String.join("/", components);
  }

  /** What takes some milliseconds to be made, and whoever only sends does not need. */
  private static final class Patterns {
    static final ImmutableSet<String> WINDOWS_RESERVED =
        ImmutableSet.<String>builder()
            .add("con", "prn", "aux", "nul", "conin$", "conout$")
            .add("com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9")
            .add("lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9")
            .add("com\u00b9", "com\u00b2", "com\u00b3", "lpt\u00b9", "lpt\u00b2", "lpt\u00b3")
            .build();

    /**
     * Characters that HFS+ ignores when it compares names; the bidirectional ones are forbidden.
     */
    static final CharMatcher IGNORED_BY_HFS =
        CharMatcher.anyOf("\u200c\u200d\ufeff").or(CharMatcher.inRange('\u206a', '\u206f'));

    /** The short names that Windows gives to Ferry's own files. */
    static final Pattern SHORT_OWN_NAME =
        Pattern.compile("fe(rry-|[0-9a-f]{4})~[0-9].*", Pattern.CASE_INSENSITIVE);

    /** Any short name that Windows gives. */
    static final Pattern SHORT_NAME = Pattern.compile("[^.]{1,6}~[0-9]+(\\.[^.]{0,3})?");
  }
}

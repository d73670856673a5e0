package dev.ferry.cli;

import dev.ferry.storage.NativePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments as they were typed. Java decodes them by the locale, and has lost what that cannot
 * express: in the locale C all beyond ASCII, elsewhere the bytes that are no text.
 */
public final class NativeArguments {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final char LOST = '\ufffd';
  private static final char LOST_IN_ASCII = '?';

  private NativeArguments() {}

  /**
   * Reads the arguments again where something of them may be lost, and the system has them.
   *
   * @param args as Java has decoded them
   * @return with bytes that are no UTF-8 as {@link NativePaths#decode} has them
   */
  public static String[] restore(String... args) {
    if (!mayBeLost(args)) {
      return args;
    }
    try {
      return restore(args, Files.readAllBytes(COMMAND_LINE));
    } catch (IOException e) {
      return args; // Not on this system.
    }
  }

  private static boolean mayBeLost(String... args) {
    for (String arg : args) {
      if (arg.indexOf(LOST) >= 0 || arg.indexOf(LOST_IN_ASCII) >= 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * The path that an argument names.
   *
   * @throws InvalidPathException if the system cannot express it
   */
  public static Path path(String argument) {
    return NativePaths.of(argument);
  }

  /** The argument of some bytes, as they are in a list of files. */
  public static String decode(byte[] bytes) {
    return NativePaths.decode(bytes);
  }

  /**
   * The bytes of an argument.
   *
   * @throws InvalidPathException if there is half of a character in it
   */
  public static byte[] encode(String argument) {
    return NativePaths.encode(argument);
  }

  /**
   * Restores arguments.
   *
   * @param commandLine all words of the command, each with a zero behind it
   */
  static String[] restore(String[] args, byte[] commandLine) {
    List<String> words = words(commandLine);
    if (words.size() < args.length) {
      return args;
    }
    String[] last = words.subList(words.size() - args.length, words.size()).toArray(String[]::new);
    for (int i = 0; i < args.length; i++) {
      if (NativePaths.isAscii(last[i]) && !last[i].equals(args[i])) {
        return args; // It was started in some other way.
      }
    }
    return last;
  }

  private static List<String> words(byte[] commandLine) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < commandLine.length; i++) {
      if (commandLine[i] == 0) {
        words.add(NativePaths.decode(Arrays.copyOfRange(commandLine, start, i)));
        start = i + 1;
      }
    }
    return words;
  }
}

package dev.ferry.cli;

import java.nio.file.Path;
import java.util.HexFormat;

/** Reads a key file in a process of its own, and says what is in it. */
final class KeyFileProbe {
  private KeyFileProbe() {}

  public static void main(String[] args) {
    try {
      System.out.println(HexFormat.of().formatHex(KeyFile.read(Path.of(args[0])).toArray()));
    } catch (CommandException e) {
      System.out.println(e.exitCode() + ": " + e.getMessage());
    }
  }
}

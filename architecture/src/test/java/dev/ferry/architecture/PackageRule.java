package dev.ferry.architecture;

import java.util.List;

/**
 * A row of the table of packages. All names are without the leading {@code dev.ferry.}
 *
 * @param module the folder of the module that has the package
 * @param name the package itself, without those below it
 * @param isPure whether sockets, files, threads, clocks, unseeded randomness and logging are
 *     forbidden in it, see {@link Taboo}
 * @param mayKnow the other packages on which its classes may depend, the nearest first
 */
record PackageRule(String module, String name, boolean isPure, List<String> mayKnow) {
  private static final String ROOT = "dev.ferry.";

  /** A package that does no I/O. */
  static PackageRule pure(String module, String name, String... mayKnow) {
    return new PackageRule(module, name, true, List.of(mayKnow));
  }

  /** A package that may do I/O. */
  static PackageRule impure(String module, String name, String... mayKnow) {
    return new PackageRule(module, name, false, List.of(mayKnow));
  }

  /** The name of the package as Java knows it. */
  String fullName() {
    return ROOT + name;
  }

  /** Whether classes of this package may use classes of another one. */
  boolean allows(String otherFullName) {
    return otherFullName.equals(fullName())
        || mayKnow.stream().anyMatch(known -> otherFullName.equals(ROOT + known));
  }
}

package dev.ferry.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static java.util.stream.Collectors.toSet;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sources of all modules. They say which packages exist, and which classes are main ones:
 * whether a class comes from a jar, a folder of its module or one that all modules share is not
 * relied upon.
 */
final class SourceTree {
  private static final Path MAIN = Path.of("src", "main", "java");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?(dev\\.ferry(?:\\.[a-z]\\w*)*)\\.[A-Z]");

  private final Path root;
  private final List<MainSource> sources;

  /**
   * A Java file below {@code src/main/java} of a module.
   *
   * @param module the module's folder
   * @param path slashes between packages, such as {@code dev/ferry/protocol/Engine.java}
   */
  record MainSource(String module, String path, Path file) {
    String packageName() {
      return path.substring(0, path.lastIndexOf('/')).replace('/', '.');
    }

    /**
     * Whether a class is compiled from a file of this kind: no description of a package or module.
     */
    boolean hasClasses() {
      return !path.endsWith("-info.java");
    }

    /** The packages of this project from which it imports. Constants leave no trace in a class. */
    List<String> importedPackages() {
      return IMPORT.matcher(read(file)).results().map(match -> match.group(1)).toList();
    }
  }

  private SourceTree(Path root, List<MainSource> sources) {
    this.root = root;
    this.sources = sources;
  }

  /** Finds the project: tests run in its folder or in a module's. */
  static SourceTree find() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("docs").resolve("architecture.md"))) {
      root = root.getParent();
    }
    try (Stream<Path> folders = Files.list(root)) {
      List<Path> modules = folders.filter(folder -> Files.exists(folder.resolve(MAIN))).toList();
      return new SourceTree(root, modules.stream().flatMap(SourceTree::mainSources).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<MainSource> mainSources(Path module) {
    Path main = module.resolve(MAIN);
    try (Stream<Path> files = Files.walk(main)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.getParent().equals(main))
          .map(file -> source(module.getFileName().toString(), main, file))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MainSource source(String module, Path main, Path file) {
    String path = main.relativize(file).toString().replace('\\', '/');
    return new MainSource(module, path, file);
  }

  List<MainSource> mainSources() {
    return sources;
  }

  /** The classes of all modules, without their tests, and a few others. */
  JavaClasses importMainClasses(Class<?>... others) {
    Set<String> main = sources.stream().map(MainSource::path).collect(toSet());
    Set<String> added = Arrays.stream(others).map(Class::getName).collect(toSet());
    return new ClassFileImporter()
        .importPackages("dev.ferry")
        .that(
            describe(
                "main classes and " + added,
                type -> main.contains(pathOf(type)) || added.contains(type.getName())));
  }

  /** Where a class was compiled from, in the notation of {@link MainSource#path}. */
  static String pathOf(JavaClass type) {
    String file = type.getSource().flatMap(source -> source.getFileName()).orElse("?");
    return type.getPackageName().replace('.', '/') + "/" + file;
  }

  /** The text of a file of the project. */
  String text(String path) {
    return read(root.resolve(path));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.ferry.api;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What others can see of a package: its types and their members, public or protected, sorted. Names
 * are without their package if it is this one or {@code java.lang}.
 */
final class ApiListing {
  private static final int VISIBLE = Modifier.PUBLIC | Modifier.PROTECTED;

  private ApiListing() {}

  /** A line for each type, followed by one for each of its members. */
  static String of(Class<?> anyOfThePackage) throws IOException, URISyntaxException {
    StringBuilder listing = new StringBuilder();
    for (Class<?> type : types(anyOfThePackage)) {
      if (isVisible(type)) {
        listing.append(header(type)).append('\n');
        members(type).forEach(member -> listing.append("  ").append(member).append('\n'));
      }
    }
    return listing.toString().replaceAll("\\b(dev\\.ferry\\.api|java\\.lang)\\.", "");
  }

  private static List<Class<?>> types(Class<?> one) throws IOException, URISyntaxException {
    Path classes = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    String packageName = one.getPackageName();
    try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
          .sorted()
          .map(name -> load(packageName + "." + name.substring(0, name.lastIndexOf('.'))))
          .collect(Collectors.toList());
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, ApiListing.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A nested type is seen only together with those around it. */
  private static boolean isVisible(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return (type.getModifiers() & VISIBLE) != 0
        && !type.isAnonymousClass()
        && (outer == null || isVisible(outer));
  }

  private static String header(Class<?> type) {
    String kind =
        type.isInterface()
            ? "interface"
            : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
    String interfaces =
        Arrays.stream(type.getGenericInterfaces())
            .map(Type::getTypeName)
            .sorted()
            .map(name -> " implements " + name)
            .collect(Collectors.joining());
    Type parent = type.getGenericSuperclass();
    return Modifier.toString(type.getModifiers() & ~Modifier.INTERFACE)
        + " "
        + kind
        + " "
        + type.getName()
        + (parent == null ? "" : " extends " + parent.getTypeName())
        + interfaces;
  }

  private static List<String> members(Class<?> type) {
    Stream<Member> members =
        Stream.of(
                Arrays.stream(type.getDeclaredFields()),
                Arrays.stream(type.getDeclaredConstructors()),
                Arrays.stream(type.getDeclaredMethods()))
            .flatMap(each -> each);
    return members
        .filter(member -> (member.getModifiers() & VISIBLE) != 0 && !member.isSynthetic())
        .map(ApiListing::describe)
        .sorted()
        .toList();
  }

  private static String describe(Member member) {
    String text =
        member instanceof Field field
            ? field.toGenericString()
            : member instanceof Constructor<?> constructor
                ? constructor.toGenericString()
                : ((Method) member).toGenericString();
    return text.replace(" " + member.getDeclaringClass().getName() + ".", " ");
  }
}

package dev.ferry.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import dev.ferry.clock.NanoClock;
import dev.ferry.clock.WallClock;
import java.util.Set;

/**
 * Something that the protocol cores must not touch, so that any network, disk and clock will do.
 */
enum Taboo {
  SOCKETS,
  FILES,
  THREADS,
  CLOCK,
  CHANCE,
  LOGGING;

  private static final Set<String> ADDRESSES =
      Set.of("InetAddress", "Inet4Address", "Inet6Address", "InetSocketAddress", "SocketAddress");

  private static final Set<String> LOOK_UPS =
      Set.of(
          "InetAddress.getByName",
          "InetAddress.getAllByName",
          "InetAddress.getLocalHost",
          "InetAddress.getHostName",
          "InetAddress.getCanonicalHostName",
          "InetAddress.isReachable",
          "InetSocketAddress.getHostName");

  private static final Set<String> MONITORS =
      Set.of("Object.wait", "Object.notify", "Object.notifyAll");

  private static final Set<String> CLOCKS = Set.of("System.nanoTime", "System.currentTimeMillis");

  private static final Set<String> CHANCES =
      Set.of(
          "Math.random", "StrictMath.random", "RandomGenerator.getDefault", "RandomGenerator.of");

  /** Forbids it in the packages, in the notation of ArchUnit. */
  ArchRule in(String... packages) {
    return noClasses()
        .that()
        .resideInAnyPackage(packages)
        .should()
        .dependOnClassesThat(describe("are " + this, this::covers))
        .orShould()
        .accessTargetWhere(describe(name(), (JavaAccess<?> a) -> covers(a.getTarget())));
  }

  private boolean covers(JavaClass type) {
    return switch (this) {
      case SOCKETS ->
          isIn(type, "java.nio.channels")
              || isIn(type, "javax.net")
              || (isIn(type, "java.net") && !ADDRESSES.contains(type.getSimpleName()));
      case FILES ->
          isIn(type, "java.nio.file")
              || type.getName().startsWith("java.io.File")
              || isOne(type, "java.io.RandomAccessFile", "java.io.Console");
      case THREADS ->
          (isIn(type, "java.util.concurrent")
                  && !isOne(type, "java.util.concurrent.ThreadLocalRandom"))
              || type.getName().matches("java\\.lang\\.(Inheritable)?Thread(Local|Group)?")
              || isOne(type, "java.util.Timer", "java.lang.Runtime", "java.lang.Process");
      case CLOCK ->
          isIn(type, "java.time")
              || isOne(type, "java.util.Date", "java.util.Calendar", WallClock.class.getName())
              || type.isAssignableTo(NanoClock.class);
      case CHANCE ->
          isOne(
              type,
              "java.security.SecureRandom",
              "java.util.UUID",
              "java.util.concurrent.ThreadLocalRandom");
      case LOGGING ->
          isIn(type, "java.util.logging")
              || isIn(type, "org.slf4j")
              || type.getName().startsWith("java.lang.System$Logger")
              || isOne(type, "java.io.PrintStream");
    };
  }

  private boolean covers(AccessTarget target) {
    String name = target.getOwner().getSimpleName() + "." + target.getName();
    return switch (this) {
      case SOCKETS -> LOOK_UPS.contains(name) || makesAddressFromName(name, target);
      case FILES -> false;
      case THREADS -> MONITORS.contains(name);
      case CLOCK -> CLOCKS.contains(name);
      case CHANCE -> CHANCES.contains(name) || makesUnseededGenerator(name, target);
      case LOGGING -> name.equals("System.getLogger") || target.getName().equals("printStackTrace");
    };
  }

  private static boolean isIn(JavaClass type, String prefix) {
    return type.getName().startsWith(prefix + ".") || type.getName().equals(prefix);
  }

  private static boolean isOne(JavaClass type, String... names) {
    return Set.of(names).contains(type.getName());
  }

  private static boolean makesAddressFromName(String name, AccessTarget target) {
    return name.equals("InetSocketAddress.<init>")
        && target instanceof CodeUnitAccessTarget constructor
        && isOne(constructor.getRawParameterTypes().get(0), "java.lang.String");
  }

  private static boolean makesUnseededGenerator(String name, AccessTarget target) {
    return Set.of("Random.<init>", "SplittableRandom.<init>", "RandomGeneratorFactory.create")
            .contains(name)
        && target instanceof CodeUnitAccessTarget constructor
        && constructor.getRawParameterTypes().isEmpty();
  }
}

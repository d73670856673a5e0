package dev.ferry.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A directory for native code that is unpacked and loaded, and then deleted. Whoever could put a
 * file there would have it run by this user, so it is used only if nobody else can: neither there,
 * nor by renaming one of the directories above it.
 */
public final class CodeDirectory {
  private static final String NAME = "code";
  private static final int OTHERS_MAY_WRITE = 0022;

  /** Others may create entries, but not rename or remove those of somebody else. */
  private static final int STICKY = 01000;

  private CodeDirectory() {}

  /**
   * The directory in the cache of this process's user, made unless it is there; empty if there is
   * none, or others could change it. Linux only.
   */
  public static Optional<Path> find() {
    return UserDirectory.cache().flatMap(CodeDirectory::in);
  }

  static Optional<Path> in(Path cache) {
    try {
      Path directory = cache.resolve(NAME);
      UserDirectory.create(directory);
      Path real = directory.toRealPath();
      Integer user = UserIds.ofProcess();
      boolean isPrivate =
          user != null
              && user.equals(UserIds.of(real))
              && !isWritable(real)
              && isSafe(real.getParent(), user);
      return isPrivate ? Optional.of(real) : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // A read-only file system, or one without owners.
    }
  }

  /** Whether only this user and root can rename what is in a directory and in those above it. */
  private static boolean isSafe(@Nullable Path from, Integer user) throws IOException {
    for (Path each = from; each != null; each = each.getParent()) {
      Integer owner = UserIds.of(each);
      boolean trusted = user.equals(owner) || (owner != null && owner == UserIds.ROOT);
      if (!trusted || (isWritable(each) && !isSticky(each))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWritable(Path directory) throws IOException {
    return ((int) Files.getAttribute(directory, "unix:mode") & OTHERS_MAY_WRITE) != 0;
  }

  private static boolean isSticky(Path directory) throws IOException {
    return ((int) Files.getAttribute(directory, "unix:mode") & STICKY) != 0;
  }
}

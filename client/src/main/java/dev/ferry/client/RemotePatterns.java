package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.client.ListFetch.NoListException;
import dev.ferry.copy.CopyNames;
import dev.ferry.copy.HeldNames;
import dev.ferry.copy.RemoteList;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.tree.NamePattern;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what patterns at a server stand for, by lists of directories. What is there under the
 * very name of the pattern comes first, as with scp.
 */
final class RemotePatterns {
  private final Options options;
  private final Console console;

  RemotePatterns(Options options, Console console) {
    this.options = options;
    this.console = console;
  }

  /** The pattern of a source; null if it stands for itself. */
  static @Nullable NamePattern of(Remote source) {
    return source.literal() ? null : NamePattern.of(source.bare().path());
  }

  /**
   * The sources that are meant, those of each pattern by their names. A pattern that nothing
   * matches stays as it is, and so do all of them where the server makes no lists.
   *
   * @throws CommandException if the server cannot be asked
   */
  List<Remote> expand(List<Remote> sources) throws CommandException {
    List<Remote> meant = new ArrayList<>();
    for (Remote source : sources) {
      NamePattern pattern = of(source);
      List<Remote> matching =
          pattern == null || isThere(source) ? List.of() : find(source, pattern);
      if (matching.isEmpty()) {
        meant.add(source);
      } else {
        meant.addAll(matching);
      }
    }
    return meant;
  }

  /** Whether something has this very name, or that cannot be found out. */
  private boolean isThere(Remote source) throws CommandException {
    try {
      ListFetch.fetch(source.bare(), false, options, console).close();
      return true;
    } catch (NoListException e) {
      if (e.isNotAnswered() || e.isMissing() || e.isNotAllowed()) {
        return e.isNotAnswered();
      }
      throw e.text().toException();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static CommandException unreadable(IOException cause) {
    return new CommandException(ExitCode.PROTOCOL, "cannot read the list: " + cause.getMessage());
  }

  private List<Remote> find(Remote source, NamePattern pattern) throws CommandException {
    SortedSet<String> names = new TreeSet<>();
    HeldNames held = new HeldNames();
    boolean content = source.isContent();
    Remote base = new Remote(source.server(), pattern.base());
    try (RemoteList list = ListFetch.fetch(base, pattern.isDeep(), options, console)) {
      for (ListEntry entry = list.next(); entry != null; entry = list.next()) {
        boolean isWanted =
            entry.kind() != FileKind.LINK && (entry.kind() == FileKind.DIRECTORY || !content);
        if (isWanted && pattern.matches(entry.name())) {
          String name = CopyNames.join(pattern.base(), entry.name()) + (content ? "/" : "");
          held.add(name);
          names.add(name);
        }
      }
    } catch (NoListException e) {
      if (!e.isMissing() && !e.isNotAllowed()) {
        throw e.text().toException();
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    return names.stream().map(name -> new Remote(source.server(), name, true)).toList();
  }
}

package dev.ferry.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What strace recorded of a server, reduced to what matters for a publication: what it did to its
 * root, and what it sent. The root is called {@code ROOT} and made-up names {@code .ferry-X}.
 */
final class SyscallLog {
  private static final Pattern LINE = Pattern.compile("^(\\d+) +(.*)$");
  private static final Pattern UNFINISHED = Pattern.compile("^(.*?) *<unfinished \\.\\.\\.>$");
  private static final Pattern RESUMED = Pattern.compile("^<\\.\\.\\. \\w+ resumed>(.*)$");

  /**
   * One system call.
   *
   * @param text as {@code fsync(ROOT/file)}; followed by its result if it failed
   * @param began the line of the log in which it was entered
   * @param ended the line of the log in which it had returned
   */
  record Call(String text, int began, int ended) {}

  private final String root;
  private final List<Call> calls = new ArrayList<>();

  private SyscallLog(Path root) throws IOException {
    this.root = root.toRealPath().toString();
  }

  /** Reads the log of a server that has ended. */
  static SyscallLog read(Path log, Path root) throws IOException {
    SyscallLog result = new SyscallLog(root);
    result.parse(Files.readAllLines(log));
    return result;
  }

  private void parse(List<String> lines) {
    Map<String, Call> unfinished = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher line = LINE.matcher(lines.get(i));
      if (!line.matches()) {
        continue;
      }
      String thread = line.group(1);
      Matcher begun = UNFINISHED.matcher(line.group(2));
      Matcher resumed = RESUMED.matcher(line.group(2));
      if (begun.matches()) {
        unfinished.put(thread, new Call(begun.group(1), i, i));
      } else if (resumed.matches()) {
        Call call = unfinished.remove(thread);
        add(call.text() + resumed.group(1), call.began(), i);
      } else {
        add(line.group(2), i, i);
      }
    }
  }

  private void add(String text, int began, int ended) {
    String plain = simplify(text);
    if (isOfInterest(plain)) {
      calls.add(new Call(plain, began, ended));
    }
  }

  private String simplify(String text) {
    return text.replaceAll("\\d+<" + Pattern.quote(root) + "(/[^>]*)?>", "ROOT$1")
        .replace(root, "ROOT")
        .replaceAll("\\.ferry-[0-9a-f]{16}", ".ferry-X")
        .replaceAll("^sendto\\([^\"]*(\"[^\"]*\").*?\\)(?= += )", "sendto($1)")
        .replaceAll("^fcntl\\((\\S+), F_SETLKW?, \\{l_type=F_WRLCK.*\\)(?= += )", "lock($1)")
        .replaceAll("^fchmod\\((\\S+), \\d+\\)", "fchmod($1)")
        // Says nothing new beside O_EXCL, and Java leaves it out there.
        .replaceAll("(\\|O_EXCL)\\|O_NOFOLLOW", "$1")
        .replaceAll("^renameat2\\((.*), 0\\)(?= += )", "renameat($1)")
        .replaceAll(" += (\\d|ROOT)\\S*$", "");
  }

  private static boolean isOfInterest(String text) {
    boolean looksOnly = text.startsWith("openat(") && !text.contains("O_CREAT");
    boolean unlocks = text.startsWith("fcntl(");
    // An empty datagram is the event loop waking itself.
    boolean sends = text.startsWith("sendto(") && !text.startsWith("sendto(\"\")");
    return sends || (text.contains("ROOT") && !looksOnly && !unlocks);
  }

  /** All calls, in the order in which they began. */
  List<Call> calls() {
    return calls.stream().sorted(Comparator.comparingInt(Call::began)).toList();
  }

  /** Their texts, without those that precede the first one of the given text. */
  List<String> textsSince(String first) {
    List<String> texts = calls().stream().map(Call::text).toList();
    int index = texts.indexOf(first);
    if (index < 0) {
      throw new IllegalStateException("no " + first + " in " + String.join("\n", texts));
    }
    return texts.subList(index, texts.size());
  }
}

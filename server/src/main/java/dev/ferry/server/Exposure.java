package dev.ferry.server;

import dev.ferry.cli.Escaper;
import dev.ferry.runtime.IfExists;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Says what everybody who reaches the port may do, and by which options it would be less. */
final class Exposure {
  private Exposure() {}

  /**
   * One line.
   *
   * @param root the directory of the files
   */
  static String line(ServerArguments arguments, Path root) {
    // Lab clients, the only strangers of a server with a key, cannot get.
    boolean handsOut = !arguments.noGet && arguments.keyFile == null;
    String where = "files in " + Escaper.escape(root.toString());
    List<String> rights = new ArrayList<>();
    List<String> narrower = new ArrayList<>(List.of("--bind 127.0.0.1"));
    narrower.add(arguments.keyFile == null ? "--key-file FILE" : "no --allow-lab");
    if (!arguments.readOnly) {
      rights.add("store " + where);
      if (arguments.ifExists == IfExists.OVERWRITE) {
        rights.add("replace those there");
        narrower.add("--if-exists refuse");
      }
      if (arguments.allowDelete && arguments.keyFile == null) {
        rights.add("remove them");
        narrower.add("no --allow-delete");
      }
    }
    if (handsOut) {
      rights.add(arguments.readOnly ? "fetch " + where : "fetch them");
      if (arguments.allowList) {
        rights.add("list them");
        narrower.add("no --allow-list");
      }
      if (!arguments.readOnly) {
        narrower.add("--read-only");
        narrower.add("--write-only");
      }
    }
    if (rights.isEmpty()) {
      rights.add("do nothing");
    }
    String what =
        rights.size() == 1
            ? rights.get(0)
            : String.join(", ", rights.subList(0, rights.size() - 1))
                + " and "
                + rights.get(rights.size() - 1);
    return "anybody who reaches this port may "
        + what
        + "; to narrow it: "
        + String.join(", ", narrower);
  }
}

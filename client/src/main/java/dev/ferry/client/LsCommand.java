package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.JsonEvent;
import dev.ferry.cli.Program;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.client.ListFetch.NoListException;
import dev.ferry.copy.RemoteList;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Lists what is in a directory at a server. */
final class LsCommand implements Command {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final String PERMISSIONS = "rwxrwxrwx";

  @Override
  public String name() {
    return "ls";
  }

  @Override
  public String operands() {
    return "HOST:PORT[/PATH] [OPTION]...";
  }

  @Override
  public ExitCode run(List<String> operands, Options options, Console console)
      throws CommandException {
    Program.checkOperands(operands, 1, 1, "HOST:PORT/PATH alone after ls");
    if (!(CopyOperand.parse(operands.get(0), false) instanceof Remote place)) {
      throw new CommandException(
          ExitCode.USAGE, "'" + Escaper.escape(operands.get(0)) + "' is not HOST:PORT/PATH");
    }
    ListOptions chosen = options.list();
    if (chosen.digests()) {
      return new CopyTask(place.server(), true, options, console).digests(place);
    }
    try (RemoteList list = ListFetch.fetch(place.bare(), chosen.all(), options, console)) {
      for (ListEntry entry = list.next(); entry != null; entry = list.next()) {
        print(place, entry, chosen, console);
      }
      return ExitCode.OK;
    } catch (NoListException e) {
      throw e.text().toException();
    } catch (IOException e) {
      throw new CommandException(ExitCode.PROTOCOL, "cannot read the list: " + e.getMessage());
    }
  }

  private static void print(Remote place, ListEntry entry, ListOptions chosen, Console console) {
    String name = entry.name().isEmpty() ? place.ownName() : entry.name();
    if (console.json()) {
      console
          .out()
          .println(
              JsonEvent.of(ClientReport.SCHEMA, "entry")
                  .put("server", place.server().toString())
                  .put("name", name)
                  .put("kind", JsonEvent.name(entry.kind()))
                  .put("sizeBytes", entry.sizeBytes())
                  .put("modified", time(entry))
                  .put("permissions", permissions(entry)));
      return;
    }
    String shown = Escaper.escape(name) + (entry.kind() == FileKind.DIRECTORY ? "/" : "");
    console.out().println(chosen.longForm() ? longForm(entry) + shown : shown);
  }

  private static String longForm(ListEntry entry) {
    return String.format(
        Locale.ROOT,
        "%s%s %15d %s ",
        switch (entry.kind()) {
          case FILE -> "-";
          case DIRECTORY -> "d";
          case LINK -> "l";
          case OTHER_NAME -> "-";
          case UNTOLD -> "?";
        },
        permissions(entry),
        entry.sizeBytes(),
        time(entry));
  }

  private static String time(ListEntry entry) {
    long ns = entry.modifiedNs();
    return TIME.format(
        Instant.ofEpochSecond(Math.floorDiv(ns, Nanos.SECOND), Math.floorMod(ns, Nanos.SECOND)));
  }

  private static String permissions(ListEntry entry) {
    StringBuilder text = new StringBuilder(PERMISSIONS);
    for (int i = 0; i < PERMISSIONS.length(); i++) {
      if ((entry.mode() >> (PERMISSIONS.length() - 1 - i) & 1) == 0) {
        text.setCharAt(i, '-');
      }
    }
    return text.toString();
  }
}

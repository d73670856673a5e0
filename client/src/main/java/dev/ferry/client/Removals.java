package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.client.ListFetch.NoListException;
import dev.ferry.copy.CopyNames;
import dev.ferry.copy.HeldNames;
import dev.ferry.copy.RemoteList;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.FileJobs;
import dev.ferry.runtime.ServerQuestion;
import dev.ferry.tree.DepthGroups;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What is to be removed at a server, in an order in which it can be: what is in a directory before
 * the directory, which is asked for once all in it has its outcome. Thread-safe.
 */
final class Removals implements FileJobs {
  private final Queue<Remote> places;
  private final boolean all;
  private final Options options;
  private final Console console;
  private final CopyReport report;
  private final RemovalQueue queue;

  /**
   * Creates what is to be asked.
   *
   * @param places all at the same server
   * @param all whether what is in directories is removed, too
   * @param report is told of what is removed, and what is not
   */
  Removals(List<Remote> places, boolean all, Options options, Console console, CopyReport report) {
    this.places = new ArrayDeque<>(places);
    this.all = all;
    this.options = options;
    this.console = console;
    this.report = report;
    this.queue = new RemovalQueue(new Told(places.get(0)));
  }

  @Override
  public synchronized @Nullable ServerQuestion next() throws InterruptedException {
    ServerQuestion question = queue.next();
    while (question == null && !places.isEmpty()) {
      begin(places.remove());
      question = queue.next();
    }
    return question;
  }

  private void begin(Remote place) {
    if (!all) {
      queue.add(List.of(place.path()));
      return;
    }
    try (RemoteList list = ListFetch.fetch(place, true, options, console)) {
      boolean isFile = false;
      HeldNames held = new HeldNames();
      List<String> files = new ArrayList<>();
      DepthGroups directories = new DepthGroups();
      for (ListEntry entry = list.next(); entry != null; entry = list.next()) {
        String at = CopyNames.join(place.path(), entry.name());
        held.add(at);
        isFile |= entry.name().isEmpty();
        if (entry.kind() == FileKind.DIRECTORY) {
          directories.add(at);
        } else {
          files.add(at);
        }
      }
      queue.add(files);
      directories.deepestFirst().forEach(queue::add);
      if (!isFile) {
        queue.add(List.of(place.path()));
      }
    } catch (NoListException e) {
      report.failed(place.shown(), e.text());
    } catch (CommandException e) {
      report.failed(place.shown(), new FailureText(e.exitCode(), String.valueOf(e.getMessage())));
    } catch (IOException e) {
      report.failed(place.shown(), e);
    }
  }

  /** Tells the user. */
  private final class Told implements RemovalQueue.Outcomes {
    private final Remote first;

    Told(Remote first) {
      this.first = first;
    }

    @Override
    public void removed(String name) {
      report.removed(name);
    }

    @Override
    public void notRemoved(String name, TransferFailure failure) {
      report.notRemoved(new Remote(first.server(), name), failure);
    }
  }
}

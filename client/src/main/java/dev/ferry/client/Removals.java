package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.client.RemoteList.NoListException;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.FileJobs;
import dev.ferry.runtime.ServerQuestion;
import dev.ferry.runtime.ServerQuestion.Subject;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
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

  /** Files of the place that has begun. */
  private final Queue<Remote> files = new ArrayDeque<>();

  /** Its directories, each behind those in it. */
  private final Deque<Remote> directories = new ArrayDeque<>();

  private int underWay;

  /**
   * Creates what is to be asked.
   *
   * @param all whether what is in directories is removed, too
   * @param report is told of what is removed, and what is not
   */
  Removals(List<Remote> places, boolean all, Options options, Console console, CopyReport report) {
    this.places = new ArrayDeque<>(places);
    this.all = all;
    this.options = options;
    this.console = console;
    this.report = report;
  }

  @Override
  public synchronized @Nullable ServerQuestion next() throws InterruptedException {
    while (files.isEmpty() && directories.isEmpty() && !places.isEmpty()) {
      begin(places.remove());
    }
    Remote file = files.poll();
    if (file != null) {
      return question(file);
    }
    while (underWay > 0 && !directories.isEmpty()) {
      wait();
    }
    Remote directory = directories.poll();
    return directory == null ? null : question(directory);
  }

  private void begin(Remote place) {
    if (!all) {
      files.add(place);
      return;
    }
    try (RemoteList list = RemoteList.fetch(place, true, options, console)) {
      boolean isFile = false;
      HeldNames held = new HeldNames();
      for (ListEntry entry = list.next(); entry != null; entry = list.next()) {
        Remote at = new Remote(place.server(), CopyNames.join(place.path(), entry.name()));
        held.add(at.path());
        isFile |= entry.name().isEmpty();
        if (entry.kind() == FileKind.DIRECTORY) {
          directories.push(at);
        } else {
          files.add(at);
        }
      }
      if (!isFile) {
        directories.add(place);
      }
    } catch (NoListException e) {
      report.failed(place.shown(), e.text());
    } catch (CommandException e) {
      report.failed(place.shown(), new FailureText(e.exitCode(), String.valueOf(e.getMessage())));
    } catch (IOException e) {
      report.failed(place.shown(), e);
    }
  }

  private ServerQuestion question(Remote place) {
    underWay++;
    return new ServerQuestion(Subject.REMOVE, place.path(), null, 0, new Asked(place));
  }

  private synchronized void over() {
    underWay--;
    notifyAll();
  }

  private final class Asked implements ServerQuestion.Listener {
    private final Remote place;

    Asked(Remote place) {
      this.place = place;
    }

    @Override
    public void answered(@Nullable FileAttributes found, String sha256Hex) {
      report.removed(place.path());
      over();
    }

    @Override
    public void failed(TransferFailure failure) {
      report.notRemoved(place, failure);
      over();
    }
  }
}

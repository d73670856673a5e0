package dev.ferry.copy;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.BatchRequest;
import dev.ferry.runtime.CopyListener;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.FileJobs;
import dev.ferry.runtime.LocalTree;
import dev.ferry.runtime.ServerQuestion;
import dev.ferry.runtime.ServerQuestion.Subject;
import dev.ferry.tree.Found;
import dev.ferry.tree.SourceNames;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of a copy from a server: of each source a list is asked for, which says whether it is a
 * file or a directory, and what is in that. From a server that makes no lists there are files only.
 * Thread-safe.
 */
final class RemoteJobs implements FileJobs, Closeable {
  /** So many lists are asked for ahead. */
  private static final int AHEAD = 8;

  private final Queue<RemoteSource> sources;
  private final CopyTarget target;
  private final TreeOptions options;
  private final TreeListener listener;
  private final Outcomes outcomes;
  private final LocalTree tree;

  /** Lists that have been asked for, and not been begun with. */
  private final Queue<Asked> asked = new ArrayDeque<>();

  /** The lists of all sources so far that are directories. */
  private final List<Listed> listed = new ArrayList<>();

  /** The directories that could not be made, as the user may type them. */
  private final Set<String> failedDirectories = new HashSet<>();

  private @Nullable RemoteSource source;
  private @Nullable RemoteList list;
  private Sight seen = Sight.UNKNOWN;

  /**
   * Creates jobs.
   *
   * @param target where they go
   * @param listener is told what is found, and what is not
   * @param outcomes knows what has failed
   */
  RemoteJobs(
      List<RemoteSource> sources,
      CopyTarget target,
      TreeOptions options,
      TreeListener listener,
      Outcomes outcomes) {
    this.sources = new ArrayDeque<>(sources);
    this.target = target;
    this.options = options;
    this.listener = listener;
    this.outcomes = outcomes;
    this.tree = new LocalTree(target.path(), options.transfer(), options.knowsServer());
    if (target.isNew()) {
      tree.setNew();
    }
  }

  /**
   * A list.
   *
   * @param isDirectory whether what was listed is one
   */
  private record Listed(RemoteSource source, RemoteList list, boolean isDirectory) {}

  /** A list that is on its way. */
  private static final class Asked implements ServerQuestion.Listener {
    final RemoteSource source;
    final RemoteList list;

    /** Why there is none; empty if there is one. */
    private final CompletableFuture<Optional<TransferFailure>> answer = new CompletableFuture<>();

    Asked(RemoteSource source, RemoteList list) {
      this.source = source;
      this.list = list;
    }

    @Override
    public void answered(@Nullable FileAttributes found, String sha256Hex) {
      answer.complete(Optional.empty());
    }

    @Override
    public void failed(TransferFailure failure) {
      answer.complete(Optional.of(failure));
    }

    Optional<TransferFailure> await() throws InterruptedException {
      try {
        return answer.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** What is known of the file that was found last. */
  synchronized Sight seen() {
    return seen;
  }

  @Override
  public synchronized @Nullable BatchRequest next() throws InterruptedException {
    while (true) {
      seen = Sight.UNKNOWN;
      FileJob job = list == null ? null : nextOf(list);
      if (job != null) {
        return job;
      }
      list = null;
      BatchRequest question = asked.size() < AHEAD && !sources.isEmpty() ? ask() : null;
      if (question != null) {
        return question;
      }
      Asked first = asked.peek();
      if (first == null && sources.isEmpty()) {
        return null;
      }
      FileJob single = first == null ? null : begin(first);
      if (single != null) {
        return single;
      }
    }
  }

  /** Asks for the list of the next source; null if there is no place for it. */
  private @Nullable ServerQuestion ask() {
    RemoteSource next = sources.remove();
    try {
      Asked question = new Asked(next, RemoteList.create(options.links().hard()));
      asked.add(question);
      Path file = question.list.file();
      return new ServerQuestion(Subject.LIST, next.barePath(), file, 0, question);
    } catch (IOException e) {
      listener.failed(next.shown(), e);
      return null;
    }
  }

  /** Begins with a source; the job if it is a file, or has no list. */
  private @Nullable FileJob begin(Asked first) throws InterruptedException {
    Optional<TransferFailure> failure = first.await();
    asked.remove();
    if (failure.isPresent()) {
      close(first.list);
      return withoutList(first.source, failure.get());
    }
    source = first.source;
    try {
      list = first.list;
      listed.add(new Listed(first.source, first.list, count(first.list)));
    } catch (IOException e) {
      close(first.list);
      listener.failed(first.source.shown(), e);
      list = null;
    }
    return null;
  }

  /** A server that makes no lists may have the file all the same. */
  private @Nullable FileJob withoutList(RemoteSource unlisted, TransferFailure failure) {
    boolean isUnanswered =
        failure instanceof TransferFailure.Refused refused
            && refused.reason() == RefusalReason.NOT_PERMITTED;
    if (isUnanswered && !unlisted.isContent()) {
      FileJob job = target.file(unlisted, 0);
      listener.found(job);
      return job;
    }
    listener.notListed(unlisted, failure);
    if (!CopyListener.concernsOneFile(failure)) {
      sources.clear();
    }
    return null;
  }

  /** Says what is to come, and what is not; whether the source is a directory. */
  private boolean count(RemoteList fetched) throws IOException {
    ListEntry first = fetched.next();
    boolean isFile = first != null && first.name().isEmpty();
    if (!isFile && !options.changesNothing()) {
      if (CopyTarget.makeDirectory(target.path())) {
        tree.setNew();
      }
      makeDirectory("");
    }
    fetched.rewind();
    for (ListEntry entry = fetched.next(); entry != null; entry = fetched.next()) {
      if (isLeftOut(entry)) {
        continue;
      }
      FileJob job = job(entry);
      if (job != null) {
        listener.found(job);
      } else if (entry.kind() == FileKind.LINK && !options.links().symbolic()) {
        listener.skipped(new Found.Skipped(current().shown(entry.name()), "a symbolic link"));
      }
    }
    for (String unread : fetched.unread()) {
      if (!isLeftOut(unread, true)) {
        listener.unreadable(current().shown(unread));
      }
    }
    fetched.rewind();
    return !isFile;
  }

  private RemoteSource current() {
    RemoteSource now = source;
    if (now == null) {
      throw new IllegalStateException("no source has begun");
    }
    return now;
  }

  private @Nullable FileJob nextOf(RemoteList opened) {
    try {
      for (ListEntry entry = opened.next(); entry != null; entry = opened.next()) {
        FileJob job = isLeftOut(entry) ? null : job(entry);
        if (job != null) {
          seen = Sight.of(entry.sizeBytes(), entry.modifiedNs());
          return job;
        }
        if (!isLeftOut(entry)) {
          make(entry);
        }
      }
    } catch (IOException e) {
      listener.failed(current().shown(), e);
    }
    return null;
  }

  /** Makes what needs no content from the server. */
  private void make(ListEntry entry) {
    switch (entry.kind()) {
      case DIRECTORY -> makeDirectory(entry.name());
      case LINK -> {
        if (options.links().symbolic() && !options.changesNothing()) {
          makeLink(entry);
        }
      }
      case FILE, OTHER_NAME, UNTOLD -> {}
    }
  }

  private void makeLink(ListEntry entry) {
    String shown = current().shown(entry.name());
    String place = target.placeOf(current(), entry.name());
    if (entry.target().isEmpty()) {
      listener.unknownTarget(shown);
      return;
    }
    try {
      tree.makeLink(place, entry.target(), entry.modifiedNs());
      listener.linked(shown);
    } catch (StorageException e) {
      listener.unstorable(shown, place, e);
    }
  }

  private void makeDirectory(String name) {
    String place = target.placeOf(current(), name);
    if (options.changesNothing() || place.isEmpty()) {
      return;
    }
    try {
      tree.makeDirectory(place);
    } catch (StorageException e) {
      failedDirectories.add(current().shown(name));
      listener.unstorable(current().shown(name), place, e);
    }
  }

  /**
   * All that the directories have which were fetched, by names below the target.
   *
   * @throws IOException if a list cannot be read, or has more than fits into memory
   */
  synchronized SourceNames names() throws IOException {
    SourceNames names = new SourceNames(options.rules());
    HeldNames held = new HeldNames();
    for (Listed each : listed) {
      if (each.isDirectory()) {
        gather(each, names, held);
      }
    }
    return names;
  }

  private void gather(Listed each, SourceNames names, HeldNames held) throws IOException {
    names.begin(target.placeOf(each.source(), ""));
    each.list().rewind();
    for (ListEntry entry = each.list().next(); entry != null; entry = each.list().next()) {
      String place = target.placeOf(each.source(), entry.name());
      held.add(place);
      names.add(place);
    }
  }

  /** Whether the server has said of all lists that they end. */
  synchronized boolean isComplete() {
    return listed.stream().allMatch(each -> !each.isDirectory() || each.list().isComplete());
  }

  /**
   * Whether the server may have something that it has not listed.
   *
   * @param place below the target
   */
  synchronized boolean mayBeAtServer(String place) {
    for (Listed each : listed) {
      String top = target.placeOf(each.source(), "");
      boolean isBelow = top.isEmpty() || place.startsWith(top + "/");
      if (each.isDirectory()
          && isBelow
          && each.list().mayHave(top.isEmpty() ? place : place.substring(top.length() + 1))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Gives the directories their times and modes, once nothing comes into them any more: each before
   * those that it is in, whose modes may not let anybody enter.
   *
   * @return null, as there is nothing more to be fetched then
   */
  synchronized @Nullable FileJob dress() {
    if (options.transfer().preserves()) {
      for (Listed each : listed) {
        source = each.source();
        try {
          dress(each.list());
        } catch (IOException e) {
          listener.failed(each.source().shown(), e);
        }
      }
    }
    return null;
  }

  private void dress(RemoteList from) throws IOException {
    Deque<ListEntry> directories = new ArrayDeque<>();
    HeldNames held = new HeldNames();
    from.rewind();
    for (ListEntry entry = from.next(); entry != null; entry = from.next()) {
      if (entry.kind() == FileKind.DIRECTORY && !isLeftOut(entry)) {
        held.add(entry.name());
        directories.push(entry);
      }
    }
    ListEntry self = from.self();
    if (self != null) {
      directories.add(self);
    }
    for (ListEntry entry : directories) {
      dress(entry);
    }
  }

  private void dress(ListEntry entry) {
    if (failedDirectories.contains(current().shown(entry.name()))) {
      return;
    }
    String place = target.placeOf(current(), entry.name());
    try {
      tree.dressDirectory(place, entry.modifiedNs(), entry.mode());
      listener.dressed();
    } catch (StorageException e) {
      listener.unstorable(current().shown(entry.name()), place, e);
    }
  }

  /** Whether it is a further name of a file whose first one is left out. */
  private boolean isFirstHere(ListEntry entry) {
    return entry.kind() == FileKind.OTHER_NAME && isLeftOut(entry.target(), false);
  }

  /**
   * Makes further names of files, once those are there.
   *
   * @return null, as nothing is to be fetched for it
   */
  synchronized @Nullable FileJob makeOtherNames() {
    if (options.links().hard() && !options.changesNothing()) {
      forEachListed(this::makeOtherName);
    }
    return null;
  }

  private void makeOtherName(ListEntry entry) {
    if (entry.kind() != FileKind.OTHER_NAME || isFirstHere(entry)) {
      return;
    }
    String shown = current().shown(entry.name());
    if (outcomes.hasFailed(CopyNames.join(current().barePath(), entry.target()))) {
      listener.firstFailed(shown);
      return;
    }
    String place = target.placeOf(current(), entry.name());
    try {
      tree.makeOtherName(place, target.placeOf(current(), entry.target()));
      listener.linked(shown);
    } catch (StorageException e) {
      listener.unstorable(shown, place, e);
    }
  }

  /** Shows all entries of all lists that are not left out. */
  private void forEachListed(Consumer<ListEntry> action) {
    for (Listed each : listed) {
      source = each.source();
      try {
        each.list().rewind();
        for (ListEntry entry = each.list().next(); entry != null; entry = each.list().next()) {
          if (!isLeftOut(entry)) {
            action.accept(entry);
          }
        }
      } catch (IOException e) {
        listener.failed(each.source().shown(), e);
      }
    }
  }

  /** Null for what is no file. */
  private @Nullable FileJob job(ListEntry entry) {
    if (entry.kind() != FileKind.FILE && !isFirstHere(entry)) {
      return null;
    }
    return entry.name().isEmpty()
        ? target.file(current(), entry.sizeBytes())
        : target.below(current(), entry.name(), entry.sizeBytes());
  }

  /** What is in a directory that is left out is so as well. */
  private boolean isLeftOut(ListEntry entry) {
    return isLeftOut(entry.name(), entry.kind() == FileKind.DIRECTORY);
  }

  private boolean isLeftOut(String name, boolean isDirectory) {
    for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
      if (options.rules().leavesOut(name.substring(0, slash), true).orElse(false)) {
        return true;
      }
    }
    return options.rules().leavesOut(name, isDirectory).orElse(false);
  }

  @Override
  public synchronized void close() {
    list = null;
    listed.forEach(each -> close(each.list()));
    listed.clear();
    asked.forEach(each -> close(each.list));
    asked.clear();
  }

  private static void close(RemoteList list) {
    try {
      list.close();
    } catch (IOException e) {
      // It lies among temporary files.
    }
  }
}

package dev.ferry.runtime;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.BatchFile;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.transfer.Question;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.runtime.ServerQuestion.Subject;
import dev.ferry.storage.BlockMemory;
import dev.ferry.storage.LocalDestination;
import dev.ferry.storage.NativePaths;
import dev.ferry.storage.RemoteName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A question in a batch. */
final class BatchQuestion implements BatchFile {
  private static final FileAttributes NOTHING = new FileAttributes(0, 0, 0);

  private final BatchTransfer batch;
  private final ServerQuestion question;
  private final String name;
  private @Nullable FileAttributes found;

  BatchQuestion(BatchTransfer batch, ServerQuestion question) {
    this.batch = batch;
    this.question = question;
    this.name = RemoteName.withoutDot(question.name());
  }

  private Operation operation() {
    return switch (question.subject()) {
      case LIST -> Operation.LIST;
      case ATTRIBUTES, DIGEST -> Operation.VERIFY;
      case BLOCK_DIGESTS -> Operation.DIGESTS;
      case REMOVE -> Operation.REMOVE;
    };
  }

  /** The server reads a large file for long: it is one of the large ones. */
  @Override
  public long sizeBytes() {
    return switch (question.subject()) {
      case DIGEST, BLOCK_DIGESTS -> question.sizeBytes();
      case LIST, ATTRIBUTES, REMOVE -> 0;
    };
  }

  @Override
  public boolean isAnswered(Predicate<Operation> answered) {
    return answered.test(operation());
  }

  @Override
  public TransferFactory prepare() throws IOException {
    try {
      if (question.subject() != Subject.LIST || !name.isEmpty()) {
        ServerNames.check(name);
      }
      Path file = question.file();
      return file == null ? asking() : listing(file);
    } catch (IOException e) {
      question.listener().failed(new TransferFailure.SourceFailed(e));
      throw e;
    }
  }

  private TransferFactory asking() {
    return (context, nowNs) ->
        Question.ask(context, open(context.file(), ""), (file, sha256) -> found = file, nowNs);
  }

  private TransferFactory listing(Path file) throws IOException {
    PartialFileStore store =
        LocalDestination.open(
            file,
            Download.listOptions(batch.options()),
            batch.diskWorkers(),
            batch.thread(),
            new BlockMemory());
    return (context, nowNs) ->
        FileReceiver.get(context, open(context.file(), NativePaths.identity(file)), store, nowNs);
  }

  private Open open(int file, Object part) {
    Subject subject = question.subject();
    return new Open(
        file,
        operation(),
        subject == Subject.LIST || subject == Subject.ATTRIBUTES,
        true,
        batch.transferId(subject.name(), batch.serverName(), name, part),
        NOTHING,
        name);
  }

  @Override
  public FileKind kind() {
    return FileKind.FILE;
  }

  /** Nothing is sent, so whatever it is about is taken. */
  @Override
  public void notTaken() {
    throw new IllegalStateException("nothing is sent");
  }

  @Override
  public void started(TransferEvent.Started event) {
    // It is no content that anybody waits for.
  }

  @Override
  public void progress(long doneBytes, long nowNs) {
    // Likewise.
  }

  @Override
  public void finished(TransferEvent.Finished event) {
    question.listener().answered(found, Objects.requireNonNullElse(event.sha256Hex(), ""));
  }

  @Override
  public void failed(TransferFailure failure) {
    question.listener().failed(failure);
    batch.listener().unanswered(question, failure);
  }
}

package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.client.ClientConfig;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.lab.LabCodec;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabSender;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.storage.DiskSourceFile;
import dev.ferry.storage.NotRegularFileException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Sends a file, in whichever mode the server speaks. */
final class Put implements Errand {
  private final ClientArguments arguments;
  private final Security security;
  private final Path file;
  private final String name;
  private final Executor diskWorkers;
  private final long sizeBytes;
  private @Nullable DiskSourceFile source;

  /**
   * Makes sure that the file can be read.
   *
   * @param diskWorkers runs what waits for the disk
   */
  Put(ClientArguments arguments, Security security, Path file, String name, Executor diskWorkers)
      throws CommandException {
    this.arguments = arguments;
    this.security = security;
    this.file = file;
    this.name = name;
    this.diskWorkers = diskWorkers;
    DiskSourceFile opened = open(task -> {});
    this.sizeBytes = opened.sizeBytes();
    opened.release();
    if (!security.isFerryOnly()) {
      start(sizeBytes);
      if (sizeBytes == 0 && arguments.ifExists == ClientArguments.IfExists.REFUSE) {
        throw new CommandException(
            ExitCode.USAGE,
            "an empty file is stored by the lab's start, which cannot say --if-exists refuse; add"
                + " --ferry");
      }
    }
  }

  String name() {
    return name;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public ClientEngine begin(Attempt attempt, EngineThread thread, long nowNs)
      throws CommandException {
    close();
    DiskSourceFile opened = open(thread);
    source = opened;
    ClientConfig config = security.config(attempt);
    Open open = openFrame(attempt.server(), opened);
    TransferFactory wish =
        (context, begunNs) -> FileSender.put(context, open, opened, begunNs);
    SecureRandom random = new SecureRandom();
    if (security.isFerryOnly() || attempt.stream()) {
      return ClientEngine.beginningInFerryMode(config, wish, random, nowNs);
    }
    LabSender lab =
        new LabSender(
            attempt.server(),
            start(opened.sizeBytes()),
            opened,
            attempt.datagramBytes(),
            Security.startPolicy(attempt),
            !arguments.lab);
    return ClientEngine.beginningAsLab(lab, opened.sizeBytes(), config, wish, random);
  }

  private Open openFrame(InetSocketAddress server, DiskSourceFile opened) {
    return new Open(
        Operation.PUT,
        arguments.ifExists == ClientArguments.IfExists.REFUSE,
        !arguments.noPreserve,
        TransferId.of("put", server, file.toAbsolutePath(), opened.identity(), name),
        opened.attributes(),
        name);
  }

  private Start start(long bytes) throws CommandException {
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new CommandException(ExitCode.USAGE, "the destination's name has a control character");
    }
    try {
      Start start = new Start(arguments.dialect, 0, name, bytes, true);
      if (LabCodec.encodedBytes(start) <= LabCodec.MAX_DATAGRAM_BYTES) {
        return start;
      }
      throw new CommandException(
          ExitCode.USAGE, "the destination's name does not fit into a datagram");
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.USAGE,
          String.format(
              Locale.ROOT,
              "the destination's name '%s' is empty or contains '%s', which the protocol cannot express",
              Escaper.escape(name),
              arguments.dialect.delimiter()));
    }
  }

  private DiskSourceFile open(EngineThread thread) throws CommandException {
    String shown = "'" + Escaper.escape(file.toString()) + "'";
    try {
      return DiskSourceFile.open(file, diskWorkers, thread);
    } catch (NoSuchFileException e) {
      throw new CommandException(ExitCode.NO_INPUT, "there is no file " + shown);
    } catch (NotRegularFileException e) {
      throw new CommandException(ExitCode.NO_INPUT, shown + " is not a regular file");
    } catch (AccessDeniedException e) {
      throw new CommandException(ExitCode.NOT_PERMITTED, shown + " may not be read by this user");
    } catch (IOException e) {
      throw new CommandException(ExitCode.NO_INPUT, shown + " cannot be read: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    if (source != null) {
      source.release();
    }
  }
}

package dev.ferry.proxy;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.FileErrors;
import dev.ferry.clock.WallClock;
import dev.ferry.proxy.core.ProxyEngine;
import dev.ferry.proxy.pcap.PcapWriter;
import dev.ferry.proxy.trace.TraceWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The trace and the capture that the proxy writes. */
final class Recorder implements AutoCloseable {
  private final ProxyEngine engine;
  private final PrintStream err;
  private final List<BackgroundFile> files = new ArrayList<>();

  /**
   * Creates it without files.
   *
   * @param err receives reports of trouble with the files
   */
  Recorder(ProxyEngine engine, PrintStream err) {
    this.engine = engine;
    this.err = err;
  }

  /**
   * Begins a trace.
   *
   * @param file is overwritten; empty for none
   * @throws CommandException if it cannot be written to
   */
  void trace(String file, long startNs) throws CommandException {
    if (!file.isEmpty()) {
      engine.attach(new TraceWriter(startNs, open(file)::append));
    }
  }

  /**
   * Begins a capture.
   *
   * @param file is overwritten; empty for none
   * @param proxy where clients find the proxy
   * @throws CommandException if it cannot be written to
   */
  void pcap(String file, long startNs, LocalAddresses proxy, InetSocketAddress server)
      throws CommandException {
    if (!file.isEmpty()) {
      long offsetNs = WallClock.epochNanos() - startNs;
      engine.attach(new PcapWriter(offsetNs, proxy::towards, server, open(file)::append));
    }
  }

  private BackgroundFile open(String file) throws CommandException {
    String name = Escaper.escape(file);
    try {
      BackgroundFile opened = new BackgroundFile(name, Files.newOutputStream(Path.of(file)), err);
      files.add(opened);
      return opened;
    } catch (IOException | InvalidPathException e) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE, "cannot write to '" + name + "': " + FileErrors.reason(e));
    }
  }

  /** Writes what is left. */
  @Override
  public void close() {
    files.forEach(BackgroundFile::close);
  }
}

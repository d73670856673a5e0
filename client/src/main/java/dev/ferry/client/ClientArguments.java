package dev.ferry.client;

import com.beust.jcommander.Parameter;
import dev.ferry.cli.ByteSize;
import dev.ferry.cli.ImpairableArguments;
import dev.ferry.wire.Dialect;
import java.util.ArrayList;
import java.util.List;

/** The client's command line. JCommander fills the fields in. */
final class ClientArguments extends ImpairableArguments {
  @Parameter(description = "HOST:PORT FILE [DEST]")
  List<String> operands = new ArrayList<>();

  @Parameter(
      names = "--dialect",
      order = 1,
      description = "How the server delimits fields; most use ' | '")
  Dialect dialect = Dialect.SPACED;

  @Parameter(
      names = "--datagram",
      order = 2,
      converter = ByteSize.Converter.class,
      description =
          "Largest datagram to send, 64 to 65507 bytes; the default fits one Ethernet frame")
  ByteSize datagram = new ByteSize(1472);

  @Parameter(
      names = "--ping",
      order = 3,
      description = "Send nothing, only see whether a server answers at HOST:PORT, within 3 s")
  boolean ping;
}

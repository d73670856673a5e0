package dev.ferry.client;

import com.beust.jcommander.Parameter;
import dev.ferry.cli.ByteSize;
import dev.ferry.cli.ImpairableArguments;
import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.lab.Dialect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The client's command line. JCommander fills the fields in. */
final class ClientArguments extends ImpairableArguments {
  /** What to do if there is a file of the name already. */
  enum IfExists {
    OVERWRITE,
    REFUSE
  }

  /** What carries the packets. */
  enum Transport {
    AUTO,
    UDP,
    TCP
  }

  /** What to encrypt with. */
  enum Cipher {
    AUTO,
    AES,
    CHACHA20
  }

  @Parameter(description = "[put] HOST:PORT FILE [DEST] | get HOST:PORT NAME [LOCAL] | keygen FILE")
  List<String> operands = new ArrayList<>();

  @Parameter(
      names = "--ferry",
      order = 1,
      description =
          "The server is a Ferry server: begin encrypted at once, so that not even the name is"
              + " seen; never fall back to the lab's protocol")
  boolean ferry;

  @Parameter(
      names = "--key-file",
      order = 2,
      description = "File with the secret that the server has too (see keygen); implies --ferry")
  @Nullable Path keyFile;

  @Parameter(
      names = "--lab",
      order = 3,
      description = "Stop and wait as the lab does, also with a Ferry server")
  boolean lab;

  @Parameter(
      names = "--if-exists",
      order = 4,
      description =
          "What to do if there is a file of that name at the destination; a lab server decides"
              + " for itself")
  IfExists ifExists = IfExists.OVERWRITE;

  @Parameter(
      names = "--no-preserve",
      order = 5,
      description = "Do not keep the file's time of modification and permissions")
  boolean noPreserve;

  @Parameter(
      names = "--cipher",
      order = 6,
      description = "What to encrypt with; AES unless the processor lacks it")
  Cipher cipher = Cipher.AUTO;

  @Parameter(
      names = "--dialect",
      order = 7,
      description = "How a lab server delimits fields; most use ' | '")
  Dialect dialect = Dialect.SPACED;

  @Parameter(
      names = "--datagram",
      order = 8,
      converter = ByteSize.Converter.class,
      description =
          "Largest datagram to send, 64 to 65507 bytes, in Ferry mode from 1200; the default fits"
              + " one Ethernet frame")
  ByteSize datagram = new ByteSize(1472);

  @Parameter(
      names = "--transport",
      order = 9,
      description =
          "What carries the packets; auto goes over to TCP if nothing answers over UDP within some"
              + " seconds")
  Transport transport = Transport.AUTO;

  @Parameter(
      names = "--framing",
      order = 10,
      description = "How packets are told apart over TCP; the server goes along with any")
  StreamFraming framing = StreamFraming.LENGTH;

  @Parameter(
      names = "--ping",
      order = 11,
      description = "Send nothing, only see whether a server answers at HOST:PORT, within 3 s")
  boolean ping;
}

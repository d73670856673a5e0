package dev.ferry.proxy;

import com.beust.jcommander.Parameter;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.CommonArguments;
import dev.ferry.cli.ImpairmentText;
import dev.ferry.cli.OptionAlias;
import dev.ferry.cli.TimeSpan;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.protocol.util.Nanos;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The proxy's command line. JCommander fills the fields in. */
final class ProxyArguments extends CommonArguments {
  @Parameter(description = "PORT HOST:PORT")
  List<String> operands = new ArrayList<>();

  @Parameter(names = "--bind", order = 1, description = "Address to listen on; all if not given")
  String bind = "";

  @Parameter(
      names = "--both",
      order = 2,
      splitter = Whole.class,
      description =
          "What to do to both directions: " + ImpairmentText.HELP + "; also as --loss 10%")
  List<String> both = new ArrayList<>();

  @Parameter(
      names = "--up",
      order = 3,
      splitter = Whole.class,
      description = "The same on the way to the server, and as --up-loss 10%")
  List<String> up = new ArrayList<>();

  @Parameter(
      names = "--down",
      order = 4,
      splitter = Whole.class,
      description = "The same on the way to the client, and as --down-loss 10%")
  List<String> down = new ArrayList<>();

  @Parameter(
      names = "--seed",
      order = 5,
      description = "Where chance begins: the same seed does the same; printed if not given")
  @Nullable Long seed;

  @Parameter(
      names = "--rebind-addresses",
      order = 6,
      description =
          "Addresses of this machine, separated by commas, at which clients appear in turns with"
              + " rebind=TIME:address; 127.0.0.2 and so on if the server is at 127.0.0.1")
  List<String> rebindAddresses = new ArrayList<>();

  @Parameter(
      names = "--max-flows",
      order = 7,
      description = "How many clients at the same time; the longest silent one is forgotten")
  int maxFlows = 4096;

  @Parameter(
      names = "--flow-idle",
      order = 8,
      converter = TimeSpan.Converter.class,
      description = "How long a client may be silent before it is forgotten, as 60s or 5min")
  TimeSpan flowIdle = new TimeSpan(300 * Nanos.SECOND);

  @Parameter(
      names = "--control",
      order = 9,
      description =
          "Port of this machine's loopback interface for a page and an HTTP API to steer the proxy"
              + " with; 0 for any free one; none if not given")
  @Nullable Integer control;

  @Parameter(
      names = "--trace",
      order = 20,
      description = "Write a line of JSON for every datagram and what became of it to this file")
  String trace = "";

  @Parameter(
      names = "--pcap",
      order = 21,
      description = "Write what comes in and goes out to this file, for Wireshark (pcapng)")
  String pcap = "";

  /** Commas belong to the value. */
  static final class Whole implements com.beust.jcommander.converters.IParameterSplitter {
    @Override
    public List<String> split(String value) {
      return List.of(value);
    }
  }

  /** What may be written as an option of its own: --loss 10% for --both loss=10%. */
  @Override
  public Map<String, OptionAlias> aliases() {
    Map<String, OptionAlias> aliases = new HashMap<>();
    for (String property : ImpairmentText.names()) {
      aliases.put("--" + property, new OptionAlias("--both", property + "="));
      aliases.put("--up-" + property, new OptionAlias("--up", property + "="));
      aliases.put("--down-" + property, new OptionAlias("--down", property + "="));
    }
    return aliases;
  }

  ImpairmentSpec upSpec() throws CommandException {
    return spec(up);
  }

  ImpairmentSpec downSpec() throws CommandException {
    return spec(down);
  }

  private ImpairmentSpec spec(List<String> own) throws CommandException {
    ImpairmentSpec spec = ImpairmentSpec.NONE;
    for (String text : both) {
      spec = ImpairmentText.apply(spec, text);
    }
    for (String text : own) {
      spec = ImpairmentText.apply(spec, text);
    }
    return spec;
  }

  @Override
  public String schema() {
    return ProxyReport.SCHEMA;
  }
}

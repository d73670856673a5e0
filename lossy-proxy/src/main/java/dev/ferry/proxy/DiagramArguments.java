package dev.ferry.proxy;

import com.beust.jcommander.Parameter;
import dev.ferry.cli.CommonArguments;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command line of {@code ferry proxy diagram}. JCommander fills the fields in. */
final class DiagramArguments extends CommonArguments {
  @Parameter(description = "TRACE")
  List<String> operands = new ArrayList<>();

  @Parameter(
      names = {"-o", "--output"},
      order = 1,
      description = "Where to write the picture (SVG); to stdout if not given")
  String output = "";

  @Parameter(
      names = "--flow",
      order = 2,
      description = "The number of the flow to draw; the first in the trace if not given")
  @Nullable Long flow;

  @Parameter(
      names = "--max-messages",
      order = 3,
      description =
          "How many messages to show at most; the middle of a longer flow is only counted")
  int maxMessages = 200;

  @Override
  public String schema() {
    return ProxyReport.SCHEMA;
  }
}

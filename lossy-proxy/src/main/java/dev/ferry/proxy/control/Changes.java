package dev.ferry.proxy.control;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.ImpairmentText;
import dev.ferry.netsim.ImpairmentSpec;
import java.util.stream.Collectors;

/**
 * Applies requests to impairments: {@link ImpairmentText}, without the files. A permission to
 * connect to this machine is none to read its user's files.
 */
final class Changes {
  private Changes() {}

  /** The text that makes these impairments from none. */
  static String text(ImpairmentSpec spec) {
    return ImpairmentText.describe(spec).entrySet().stream()
        .map(property -> property.getKey() + "=" + property.getValue())
        .collect(Collectors.joining(","));
  }

  /** Changes what the text names. */
  static ImpairmentSpec patch(ImpairmentSpec spec, String text) throws CommandException {
    if (text.indexOf('@') >= 0) {
      throw new CommandException(ExitCode.USAGE, "files can be named on the command line only");
    }
    return ImpairmentText.apply(spec, text.strip());
  }

  /** Nothing but what the text says. */
  static ImpairmentSpec replace(String text) throws CommandException {
    return text.isBlank() ? ImpairmentSpec.NONE : patch(ImpairmentSpec.NONE, text);
  }
}

package dev.ferry.cli;

import com.beust.jcommander.Parameter;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.netsim.ImpairmentSpec.Rebinding;
import java.io.PrintStream;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The options of a program that can simulate an impaired network. JCommander fills the fields in.
 */
public class ImpairableArguments extends CommonArguments {
  @Parameter(
      names = "--impair",
      order = 70,
      description =
          "Treat what arrives and what is sent as a bad network would, as loss=10%,delay=50ms;"
              + " 'ferry proxy --help' lists all that can be given")
  public String impair = "";

  @Parameter(
      names = "--impair-in",
      order = 71,
      description = "The same for what arrives, in addition to --impair")
  public String impairIn = "";

  @Parameter(
      names = "--impair-out",
      order = 72,
      description = "The same for what is sent, in addition to --impair")
  public String impairOut = "";

  @Parameter(
      names = "--impair-seed",
      order = 73,
      description = "Where chance begins: the same seed does the same; printed if not given")
  public @Nullable Long impairSeed;

  /** Whether the user asks for impairments. */
  public final boolean isImpaired() {
    return !(impair + impairIn + impairOut).isEmpty();
  }

  /**
   * The seed of the impairments. A randomly chosen seed is printed on {@code err}, so that the run
   * can be repeated.
   */
  public final long seed(PrintStream err) {
    if (impairSeed != null || !isImpaired()) {
      return impairSeed == null ? 0 : impairSeed;
    }
    long seed = randomSeed();
    if (!quiet) {
      err.println("impairing with --impair-seed " + seed);
    }
    return seed;
  }

  /** A seed that is easily copied. */
  public static long randomSeed() {
    return new SecureRandom().nextInt(Integer.MAX_VALUE);
  }

  /** The impairments of datagrams that arrive. */
  public final ImpairmentSpec in() throws CommandException {
    return spec(impairIn);
  }

  /** The impairments of datagrams that are sent. */
  public final ImpairmentSpec out() throws CommandException {
    return spec(impairOut);
  }

  private ImpairmentSpec spec(String own) throws CommandException {
    ImpairmentSpec spec = ImpairmentSpec.NONE;
    if (!isImpaired()) {
      return spec;
    }
    for (String text : new String[] {impair, own}) {
      spec = text.isEmpty() ? spec : ImpairmentText.apply(spec, text);
    }
    if (!spec.rebinding().equals(Rebinding.NEVER)) {
      throw new CommandException(
          ExitCode.USAGE, "rebind: only the lossy proxy can change where a client appears");
    }
    return spec;
  }
}

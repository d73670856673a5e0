package dev.ferry.client;

import com.beust.jcommander.IStringConverter;
import com.beust.jcommander.Parameter;
import com.beust.jcommander.converters.IParameterSplitter;
import dev.ferry.cli.ByteSize;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.ImpairableArguments;
import dev.ferry.cli.KeyFile;
import dev.ferry.cli.MaxRate;
import dev.ferry.cli.OptionAlias;
import dev.ferry.cli.StatsLine;
import dev.ferry.cli.TimeSpan;
import dev.ferry.copy.CompareOptions;
import dev.ferry.framing.StreamFraming;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import dev.ferry.runtime.Congestion;
import dev.ferry.runtime.Digest;
import dev.ferry.runtime.IfExists;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.TransferOptions;
import dev.ferry.runtime.TransferRunner;
import dev.ferry.runtime.TransportChoice;
import dev.ferry.runtime.TransportOptions;
import dev.ferry.transport.ImpairedEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The client's command line. JCommander fills the fields in. */
final class ClientArguments extends ImpairableArguments implements Options {
  private static final String EXCLUDE = "--exclude";

  /** The choice of a cipher suite. */
  enum Cipher {
    AUTO,
    AES,
    CHACHA20;

    private Set<CipherSuite> suites() {
      return switch (this) {
        case AUTO -> EnumSet.allOf(CipherSuite.class);
        case AES -> EnumSet.of(CipherSuite.AES_128_GCM);
        case CHACHA20 -> EnumSet.of(CipherSuite.CHACHA20_POLY1305);
      };
    }
  }

  /** Reads a time; none needs no unit. */
  static final class TimeOrNone implements IStringConverter<TimeSpan> {
    @Override
    public TimeSpan convert(String value) {
      return value.equals("0") ? new TimeSpan(0) : new TimeSpan.Converter().convert(value);
    }
  }

  @Parameter(
      description =
          "cp SOURCE... DESTINATION | verify SOURCE... DESTINATION | ls HOST:PORT/PATH | rm"
              + " HOST:PORT/PATH... | [put] HOST:PORT FILE [DEST] | get HOST:PORT NAME [LOCAL],"
              + " where - is standard input or output | keygen FILE | plot STATS...")
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
      names = "--digest",
      order = 6,
      description =
          "What vouches for a file in Ferry mode: auto compares sums of the blocks of a large file,"
              + " and the SHA-256 of the whole file where a processor is free to compute it; sha256"
              + " always compares that")
  Digest digest = Digest.AUTO;

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
          "Largest datagram to send, 64 to 65507 bytes, in Ferry mode from 1200; without it, 1472"
              + " in lab mode, and what the path takes in Ferry mode")
  @Nullable ByteSize datagram;

  @Parameter(
      names = "--transport",
      order = 9,
      description =
          "What carries the packets; auto goes over to TCP if nothing answers over UDP within some"
              + " seconds")
  TransportChoice transport = TransportChoice.AUTO;

  @Parameter(
      names = "--framing",
      order = 10,
      description = "How packets are told apart over TCP; the server goes along with any")
  StreamFraming framing = StreamFraming.LENGTH;

  @Parameter(
      names = "--congestion",
      order = 11,
      description =
          "Congestion control of the file over UDP in Ferry mode: model, unless the server has"
              + " another one for what it sends (get); cubic and newreno take every loss for"
              + " congestion, background gives way to everything else")
  @Nullable Congestion congestion;

  @Parameter(
      names = "--background",
      order = 15,
      description = "The same as --congestion background")
  boolean background;

  @Parameter(
      names = "--as",
      order = 19,
      description = "The name at the server, in place of DEST, whatever it looks like")
  String as = "";

  @Parameter(
      names = {"-f", "--follow"},
      order = 20,
      description =
          "With put or cp of one file: also send what is appended to it, until Ctrl-C or SIGTERM,"
              + " which is the file's end: the rest is sent, and the exit code is 0")
  boolean follow;

  @Parameter(
      names = "--max-rate",
      order = 12,
      description =
          "How fast to send at most, or with get to be sent: 50mbit, a timetable as"
              + " '08:00-18:00 2mbit, 20mbit', or @FILE with one, which is looked at once a second")
  @Nullable String maxRate;

  @Parameter(
      names = "--keep-trying",
      order = 18,
      converter = TimeOrNone.class,
      description =
          "For how long to go on with a transfer that broke off, after its last progress, once a"
              + " Ferry server has agreed to it: 10min, or on a terminal until Ctrl-C, if not"
              + " given; 0 for one connection only")
  @Nullable TimeSpan keepTrying;

  @Parameter(
      names = "--ping",
      order = 20,
      description = "Send nothing, only see whether a server answers at HOST:PORT, within 3 s")
  boolean ping;

  @Parameter(
      names = "--stats",
      order = 13,
      description =
          "Write what is measured of the transfer into a file, a line of JSON for each"
              + " sample; plot draws it")
  @Nullable Path stats;

  @Parameter(
      names = "--stats-interval",
      order = 14,
      converter = TimeSpan.Converter.class,
      description = "How often it is measured, from 1ms to 1h; every 100ms if not given")
  @Nullable TimeSpan statsInterval;

  @Parameter(
      names = {"-o", "--output"},
      order = 15,
      description = "Where plot writes the picture (SVG); to stdout if not given")
  @Nullable Path output;

  @Parameter(
      names = "--connection",
      order = 15,
      description = "Which connection of a server's statistics plot draws; all if not given")
  @Nullable Long connection;

  @Parameter(
      names = EXCLUDE,
      order = 21,
      splitter = Whole.class,
      description =
          "With cp, or a directory: leave out what matches the pattern, one as in .gitignore, also"
              + " more than once; the last one that matches counts, and all of these come before"
              + " those in files called .ferryignore")
  List<String> exclude = new ArrayList<>();

  @Parameter(
      names = "--files-from",
      order = 23,
      description = "With cp: take the sources from a file, a line each; - is stdin")
  @Nullable String filesFrom;

  @Parameter(
      names = "--files-from0",
      order = 24,
      description = "The same with a zero byte behind each")
  @Nullable String filesFromNul;

  @Parameter(
      names = "--failed-to",
      order = 25,
      description = "With cp: list what was not copied in a file, for --files-from")
  @Nullable String failedTo;

  @Parameter(
      names = "--links",
      order = 25,
      description =
          "With cp, or a directory: copy symbolic links, too, as links; the server must allow it,"
              + " and they must lead to something that it serves")
  boolean links;

  @Parameter(
      names = "--hard-links",
      order = 25,
      description =
          "With cp, or a directory: files with several names in the tree have them at the"
              + " destination, too, and are sent once")
  boolean hardLinks;

  @Parameter(
      names = {"-n", "--dry-run"},
      order = 26,
      description = "With cp, or a directory: only say what would be copied")
  boolean dryRun;

  @Parameter(
      names = "--delete",
      order = 26,
      description =
          "With cp, or a directory: at the end, delete in the directories at the destination what"
              + " those of the sources do not have; the server must allow it; nothing if anything"
              + " failed, and nothing that is left out by a pattern")
  boolean delete;

  @Parameter(
      names = "--max-delete",
      order = 26,
      description = "With --delete: delete nothing at all if that were more than so many")
  @Nullable Long maxDelete;

  @Parameter(
      names = {"-c", "--checksum"},
      order = 26,
      description =
          "With cp, or a directory: files of the same size are unchanged, and not copied, if they"
              + " have the same SHA-256, instead of the same time")
  boolean checksum;

  @Parameter(
      names = {"-I", "--ignore-times"},
      order = 26,
      description =
          "With cp, or a directory: copy all files, also those of the same size and time as at the"
              + " destination")
  boolean ignoreTimes;

  @Parameter(
      names = {"-W", "--whole-file"},
      order = 26,
      description =
          "With cp, or a directory: copy files that have changed as a whole, and not only the"
              + " blocks that differ from the file at the destination")
  boolean wholeFile;

  @Parameter(
      names = {"-S", "--sparse"},
      order = 26,
      description =
          "Blocks of 256 KiB that are nothing but zeros become holes: they are not sent with put"
              + " and cp, and not written; for that a file to be sent is read once before")
  boolean sparse;

  @Parameter(
      names = {"-r", "--recursive"},
      order = 27,
      description =
          "With ls and rm: also what is in directories below; cp copies them whole anyway")
  boolean recursive;

  @Parameter(
      names = {"-l", "--long"},
      order = 28,
      description = "With ls: sizes, times (UTC) and permissions, too")
  boolean longForm;

  @Parameter(
      names = "--digests",
      order = 28,
      description =
          "With ls: the SHA-256 of each file below, in the form that sha256sum -c reads, and"
              + " nothing else")
  boolean digests;

  @Parameter(
      names = "--no-path-cache",
      order = 16,
      description =
          "Neither use nor keep what is known of the path to the server from earlier transfers")
  boolean noPathCache;

  @Parameter(
      names = "--no-offload",
      order = 17,
      description = "Make a system call for each datagram, also where the kernel takes many in one")
  boolean noOffload;

  @Parameter(
      names = {"-v", "--verbose"},
      order = 79,
      description = "Say at the end how long datagrams were (put), and what limited the transfer")
  boolean verbose;

  /** Whether the command is the one that verifies. */
  boolean verify;

  /** Commas are part of a pattern. */
  static final class Whole implements IParameterSplitter {
    @Override
    public List<String> split(String value) {
      return List.of(value);
    }
  }

  /** In one list, because their order counts. */
  @Override
  public Map<String, OptionAlias> aliases() {
    return Map.of("--include", new OptionAlias(EXCLUDE, "!"));
  }

  @Override
  public CopyOptions copy() {
    return new CopyOptions(
        exclude,
        filesFrom,
        filesFromNul,
        failedTo,
        links,
        hardLinks,
        dryRun || verify,
        new CompareOptions(
            checksum || verify, ignoreTimes && !verify, wholeFile || dryRun || verify),
        verify,
        new DeleteOptions(delete, maxDelete == null ? Long.MAX_VALUE : maxDelete));
  }

  @Override
  public ListOptions list() {
    return new ListOptions(recursive, longForm, digests);
  }

  /**
   * The command copies no trees.
   *
   * @throws CommandException if there are options for one
   */
  void checkNoCopy() throws CommandException {
    if (!copy().isDefault()) {
      throw new CommandException(
          ExitCode.USAGE,
          "--exclude, --include, --files-from, --failed-to, --links, --hard-links, --delete,"
              + " --checksum, --ignore-times, --whole-file and --dry-run are for cp and put only");
    }
  }

  @Override
  protected boolean setSwitch(String name, boolean value) {
    switch (name) {
      case "--ferry" -> ferry = value;
      case "--lab" -> lab = value;
      case "--no-preserve" -> noPreserve = value;
      case "--background" -> background = value;
      case "--ping" -> ping = value;
      case "--links" -> links = value;
      case "--hard-links" -> hardLinks = value;
      case "--delete" -> delete = value;
      case "-f", "--follow" -> follow = value;
      case "-n", "--dry-run" -> dryRun = value;
      case "-c", "--checksum" -> checksum = value;
      case "-I", "--ignore-times" -> ignoreTimes = value;
      case "-W", "--whole-file" -> wholeFile = value;
      case "-S", "--sparse" -> sparse = value;
      case "--no-path-cache" -> noPathCache = value;
      case "--no-offload" -> noOffload = value;
      case "-v", "--verbose" -> verbose = value;
      default -> {
        return super.setSwitch(name, value);
      }
    }
    return true;
  }

  @Override
  protected boolean setOperands(List<String> newOperands) {
    operands = newOperands;
    return true;
  }

  /** A path that is made worse on purpose says nothing of the real one. */
  @Override
  public boolean remembersPaths() {
    return !noPathCache && !isImpaired();
  }

  @Override
  public long keepTryingNs() {
    return keepTrying != null
        ? keepTrying.nanos()
        : Terminal.isStderr() ? Long.MAX_VALUE : TransferRunner.KEEP_TRYING_NS;
  }

  @Override
  public @Nullable Long connection() {
    return connection;
  }

  @Override
  public @Nullable Path output() {
    return output;
  }

  @Override
  public StatsOptions stats() throws CommandException {
    return new StatsOptions(
        stats, StatsLine.intervalNs(stats, statsInterval, 100 * Nanos.MILLISECOND));
  }

  @Override
  public TransferOptions transfer() {
    return new TransferOptions(ifExists, !noPreserve, dialect, sparse);
  }

  @Override
  public boolean follow() {
    return follow;
  }

  @Override
  public String as() {
    return as;
  }

  @Override
  public boolean needsTcp() {
    return transport == TransportChoice.TCP;
  }

  private @Nullable Congestion chosenCongestion() throws CommandException {
    if (background && congestion != null && congestion != Congestion.BACKGROUND) {
      throw new CommandException(
          ExitCode.USAGE, "--background excludes any other --congestion than background");
    }
    return background ? Congestion.BACKGROUND : congestion;
  }

  /**
   * The command draws nothing.
   *
   * @throws CommandException if there are options for a picture
   */
  void checkNoPicture() throws CommandException {
    if (connection != null || output != null) {
      throw new CommandException(ExitCode.USAGE, "--connection and --output are for plot only");
    }
  }

  @Override
  public SecurityOptions security() throws CommandException {
    boolean ferryOnly = ferry || keyFile != null || needsTcp();
    if (lab && ferryOnly) {
      throw labExcludesFerry();
    }
    SecurityOptions.Mode mode =
        lab
            ? SecurityOptions.Mode.LAB
            : ferryOnly ? SecurityOptions.Mode.FERRY : SecurityOptions.Mode.EITHER;
    return new SecurityOptions(
        mode, keyFile == null ? null : KeyFile.read(keyFile), cipher.suites(), digest);
  }

  /** The user has asked for both. */
  static CommandException labExcludesFerry() {
    return new CommandException(
        ExitCode.USAGE,
        "--lab excludes get, --ferry, --key-file and --transport tcp: the lab's protocol has none"
            + " of it");
  }

  @Override
  public TransportOptions transport(Console console) throws CommandException {
    TransportChoice chosen = chosenTransport();
    return new TransportOptions(
        chosen,
        datagramBytes(),
        framing,
        chosenCongestion(),
        maxRate == null ? null : MaxRate.parse(maxRate, console.err()),
        !noOffload,
        network(console));
  }

  private UnaryOperator<Engine<ClientEvent>> network(Console console) throws CommandException {
    if (!isImpaired()) {
      return engine -> engine;
    }
    ImpairmentSpec in = in();
    ImpairmentSpec out = out();
    long seed = seed(console.err());
    return engine -> ImpairedEngine.of(engine, in, out, seed);
  }

  /**
   * The transport that the options lead to: lab mode cannot run over TCP, and only datagrams can be
   * impaired.
   */
  private TransportChoice chosenTransport() throws CommandException {
    if (!isImpaired()) {
      return lab ? TransportChoice.UDP : transport;
    }
    if (needsTcp()) {
      throw new CommandException(
          ExitCode.USAGE, "--transport tcp takes no impairment: it is datagrams that are impaired");
    }
    return TransportChoice.UDP;
  }

  private int datagramBytes() throws CommandException {
    if (datagram == null) {
      return TransportOptions.AS_THE_PATH_TAKES;
    }
    long bytes = datagram.bytes();
    if (bytes < TransportOptions.MIN_DATAGRAM_BYTES || bytes > Udp.MAX_PAYLOAD_BYTES) {
      throw new CommandException(
          ExitCode.USAGE,
          String.format(
              Locale.ROOT,
              "--datagram must be between %d and %d bytes",
              TransportOptions.MIN_DATAGRAM_BYTES,
              Udp.MAX_PAYLOAD_BYTES));
    }
    return (int) bytes;
  }

  @Override
  public String schema() {
    return ClientReport.SCHEMA;
  }
}

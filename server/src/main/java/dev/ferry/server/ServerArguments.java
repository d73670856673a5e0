package dev.ferry.server;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.converters.IParameterSplitter;
import dev.ferry.cli.ByteSize;
import dev.ferry.cli.ImpairableArguments;
import dev.ferry.cli.TimeSpan;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.runtime.Congestion;
import dev.ferry.runtime.Digest;
import dev.ferry.runtime.IfExists;
import dev.ferry.runtime.ServerOptions;
import dev.ferry.storage.NameRules;
import dev.ferry.storage.StoreOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server's command line. JCommander fills the fields in. */
final class ServerArguments extends ImpairableArguments {
  /** The choice of a cipher suite. */
  enum Cipher {
    AES(CipherSuite.AES_128_GCM),
    CHACHA20(CipherSuite.CHACHA20_POLY1305);

    final CipherSuite suite;

    Cipher(CipherSuite suite) {
      this.suite = suite;
    }
  }

  @Parameter(description = "PORT")
  List<String> operands = new ArrayList<>();

  @Parameter(
      names = "--root",
      order = 1,
      description = "Directory in which received files appear; its last level is made if missing")
  Path root = Path.of(".");

  @Parameter(names = "--bind", order = 2, description = "Address to listen on; all if not given")
  String bind = "";

  @Parameter(
      names = "--buffer",
      order = 3,
      converter = ByteSize.Converter.class,
      description = "Largest datagram to ask for in lab mode, 256 to 65507 bytes")
  ByteSize buffer = new ByteSize(ReceiverConfig.DEFAULT.bufferBytes());

  @Parameter(
      names = "--if-exists",
      order = 4,
      description = "What to do if a file of the same name exists")
  IfExists ifExists = IfExists.OVERWRITE;

  @Parameter(
      names = "--max-file-size",
      order = 5,
      converter = ByteSize.Converter.class,
      description = "Largest file to take, in bytes or with a unit; unlimited if not given")
  @Nullable ByteSize maxFileSize;

  @Parameter(
      names = "--reserve",
      order = 6,
      converter = ByteSize.Converter.class,
      description = "How much of the disk to keep free")
  ByteSize reserve = new ByteSize(ServerOptions.DEFAULT_RESERVE_BYTES);

  @Parameter(
      names = "--quota",
      order = 6,
      converter = ByteSize.Converter.class,
      description =
          "How much the root may hold in sum, as 10GiB: all files, and what has arrived of others;"
              + " unlimited if not given")
  @Nullable ByteSize quota;

  @Parameter(
      names = "--max-files",
      order = 6,
      description =
          "How many files, links and directories the root may hold in sum; unlimited if not given")
  @Nullable Long maxFiles;

  @Parameter(
      names = "--max-sessions",
      order = 7,
      description =
          "How many transfers to take at the same time, in lab mode and in Ferry mode each; if not"
              + " given 1024, or as many as fit into a small heap")
  @Nullable Integer maxSessions;

  @Parameter(
      names = "--max-sessions-per-address",
      order = 8,
      description =
          "How many of them from one IPv4 address, or one /64 of IPv6, not more than in all; if not"
              + " given 512, or fewer with a small heap")
  @Nullable Integer maxSessionsPerAddress;

  @Parameter(
      names = "--trusted-proxies",
      order = 8,
      description =
          "Addresses that many clients come from, such as those of a proxy or a balancer:"
              + " 10.0.0.0/8 or several, with commas; no limits for each of them, only in sum")
  @Nullable String trustedProxies;

  @Parameter(
      names = "--idle",
      order = 9,
      converter = TimeSpan.Converter.class,
      description = "How long a lab client may be silent, as 3s or 500ms")
  TimeSpan labIdle = new TimeSpan(ReceiverConfig.DEFAULT.labIdleNs());

  @Parameter(
      names = "--idle-ferry",
      order = 10,
      converter = TimeSpan.Converter.class,
      description = "How long a Ferry client may be silent, as 120s or 2min")
  TimeSpan ownIdle = new TimeSpan(ReceiverConfig.DEFAULT.ownIdleNs());

  @Parameter(
      names = "--key-file",
      order = 11,
      description =
          "File with the secret that clients must have too (see ferry keygen); lab clients"
              + " are turned away then")
  @Nullable Path keyFile;

  @Parameter(
      names = "--allow-lab",
      order = 12,
      description = "Serve lab clients, unencrypted, although there is a key file")
  boolean allowLab;

  @Parameter(
      names = "--no-lab",
      order = 12,
      description = "Serve no lab clients, which nobody can tell from strangers")
  boolean noLab;

  @Parameter(
      names = "--hidden",
      order = 13,
      description =
          "Take and hand out names with a component that begins with a dot; with a key file"
              + " clients that have it may use them anyway")
  boolean hidden;

  @Parameter(
      names = "--names",
      order = 13,
      description =
          "Which names to take and hand out: those that every system takes, or also those that"
              + " Windows would not (aux, a., a\\b)")
  NameRules names = NameRules.PORTABLE;

  @Parameter(
      names = "--allow-list",
      order = 13,
      description =
          "Let anybody list what is in directories; clients with the key of --key-file may anyway")
  boolean allowList;

  @Parameter(
      names = "--allow-delete",
      order = 13,
      description =
          "Let anybody remove files and empty directories; clients with the key of --key-file may"
              + " anyway, unless files must not be replaced")
  boolean allowDelete;

  @Parameter(
      names = "--allow-links",
      order = 13,
      description =
          "Store symbolic links that lead to something below the root, and list where they lead;"
              + " none is ever followed")
  boolean allowLinks;

  @Parameter(
      names = {"--write-only", "--no-get"},
      order = 13,
      description = "Hand out no files, and list none")
  boolean noGet;

  @Parameter(names = "--read-only", order = 13, description = "Take no files")
  boolean readOnly;

  @Parameter(
      names = "--cipher",
      order = 14,
      description = "What to encrypt with if the client takes it")
  Cipher cipher = Cipher.AES;

  @Parameter(
      names = "--keep-parts",
      order = 15,
      converter = TimeSpan.Converter.class,
      description = "How long an unfinished file is kept for its transfer to be resumed")
  TimeSpan keepParts = new TimeSpan(StoreOptions.DEFAULT_MAX_PART_AGE_NS);

  @Parameter(
      names = "--max-parts",
      order = 16,
      converter = ByteSize.Converter.class,
      description = "How large all unfinished files that are kept may be together")
  ByteSize maxParts = new ByteSize(StoreOptions.DEFAULT_MAX_PART_BYTES);

  @Parameter(
      names = "--hook",
      order = 16,
      description =
          "Program that looks at each file that has arrived, before it gets its name; unless it"
              + " exits with 0 the file is turned down. Told by FERRY_NAME, FERRY_SIZE,"
              + " FERRY_SHA256 and FERRY_FILE, where the content is")
  @Nullable String hook;

  @Parameter(
      names = "--hook-arg",
      order = 16,
      splitter = Whole.class,
      description = "Argument of the program of --hook, as it is; several in their order")
  List<String> hookArguments = new ArrayList<>();

  @Parameter(
      names = "--hook-timeout",
      order = 16,
      converter = TimeSpan.Converter.class,
      description = "How long it may take; then it is killed, and the file turned down")
  TimeSpan hookTimeout = new TimeSpan(30 * Nanos.SECOND);

  @Parameter(
      names = "--hook-jobs",
      order = 16,
      description =
          "How many may run at a time, besides one for lab mode; if not given, as many as there are"
              + " processors")
  @Nullable Integer hookJobs;

  @Parameter(
      names = "--no-tcp",
      order = 17,
      description = "Do not listen on TCP, for clients that UDP does not get through to")
  boolean noTcp;

  @Parameter(
      names = "--no-offload",
      order = 17,
      description = "Make a system call for each datagram, also where the kernel takes many in one")
  boolean noOffload;

  @Parameter(
      names = "--digest",
      order = 18,
      description =
          "What vouches for a file in Ferry mode: auto compares sums of the blocks of a large file,"
              + " and the SHA-256 of the whole file where a processor is free to compute it; sha256"
              + " always compares that")
  Digest digest = Digest.AUTO;

  @Parameter(
      names = "--congestion",
      order = 18,
      description =
          "Congestion control of what is sent over UDP in Ferry mode: model if not given; cubic and"
              + " newreno take every loss for congestion, background gives way to everything else")
  @Nullable Congestion congestion;

  @Parameter(
      names = "--background",
      order = 20,
      description = "The same as --congestion background")
  boolean background;

  @Parameter(
      names = "--max-rate",
      order = 19,
      description =
          "How fast to send at most, to all clients together: 50mbit, a timetable as"
              + " '08:00-18:00 2mbit, 20mbit', or @FILE with one, which is looked at once a second")
  @Nullable String maxRate;

  @Parameter(
      names = "--stats",
      order = 21,
      description =
          "Write what is measured of transfers in Ferry mode into a file, a line of JSON for each"
              + " sample and connection; ferry plot draws it")
  @Nullable Path stats;

  @Parameter(
      names = "--stats-interval",
      order = 22,
      converter = TimeSpan.Converter.class,
      description = "How often it is measured, from 1ms to 1h; every second if not given")
  @Nullable TimeSpan statsInterval;

  @Parameter(
      names = "--stats-size",
      order = 23,
      converter = ByteSize.Converter.class,
      description = "How large the file of --stats may become; nothing is written beyond it")
  ByteSize statsSize = new ByteSize(256L << 20);

  @Parameter(
      names = "--times",
      order = 81,
      description = "Begin each line about a transfer with the time, as 2026-11-29T21:04:05.678Z")
  boolean times;

  @Parameter(
      names = {"-v", "--verbose"},
      order = 82,
      description =
          "Print every failure; otherwise at most 20 a second of those that had stored nothing, and"
              + " a count of the others; say who was not answered, and why, once in 10 s; and say"
              + " what limited each transfer")
  boolean verbose;

  /** Arguments of another program are not taken apart. */
  static final class Whole implements IParameterSplitter {
    @Override
    public List<String> split(String value) {
      return List.of(value);
    }
  }

  @Override
  public String schema() {
    return ServerReport.SCHEMA;
  }
}

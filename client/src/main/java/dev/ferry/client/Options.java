package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.TransferOptions;
import dev.ferry.runtime.TransportOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The options of the command line, for the commands. A command asks for the options that concern
 * it, and only these are checked.
 */
interface Options {
  /** The options of a transfer. */
  TransferOptions transfer();

  /**
   * The protocol and the keys. Reads the key file.
   *
   * @throws CommandException if options exclude each other, or the key file is unusable
   */
  SecurityOptions security() throws CommandException;

  /**
   * The options of the transport.
   *
   * @param console shows the seed of the impairments if it was chosen at random
   * @throws CommandException if a value is out of range, or options exclude each other
   */
  TransportOptions transport(Console console) throws CommandException;

  /**
   * Whether and where the transfer is measured.
   *
   * @throws CommandException if the interval is out of range
   */
  StatsOptions stats() throws CommandException;

  /** Which connection of a server's statistics is wanted; null for all. */
  @Nullable Long connection();

  /** Where to write what is made; null for stdout. */
  @Nullable Path output();

  /** Whether to use, and to add to, what is remembered of paths. */
  boolean remembersPaths();

  /**
   * For how long a transfer that broke off is gone on with after its last progress, in nanoseconds;
   * {@link Long#MAX_VALUE} for ever.
   */
  long keepTryingNs();

  /** Whether the client simulates an impaired network. */
  boolean isImpaired();

  /** Whether only TCP is allowed. */
  boolean needsTcp();

  /** The name of a sent file at the server, in place of the operand; empty if not given. */
  String as();

  /** Whether what is appended to a sent file is sent, too. */
  boolean follow();

  /** What is copied of what the command line names. */
  CopyOptions copy();

  /** What {@code ls} shows. */
  ListOptions list();
}

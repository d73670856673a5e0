package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.TransferOptions;
import dev.ferry.runtime.TransportOptions;

/**
 * The options of the command line, as commands take them. Each command asks for what concerns it
 * only, so that only that is checked.
 */
interface Options {
  /** How a file is to be transferred. */
  TransferOptions transfer();

  /**
   * Which protocol the server is to speak, and with which keys. Reads the key file.
   *
   * @throws CommandException if options exclude each other, or the key file is of no use
   */
  SecurityOptions security() throws CommandException;

  /**
   * What carries the packets.
   *
   * @param console is told the seed of an impairment that was chosen by chance
   * @throws CommandException if a value is out of range, or options exclude each other
   */
  TransportOptions transport(Console console) throws CommandException;

  /** Whether the client is to play the bad network itself. */
  boolean isImpaired();

  /** Whether only TCP will do. */
  boolean needsTcp();
}

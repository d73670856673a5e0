package dev.ferry.runtime;

import java.nio.file.Path;

/**
 * One file of a batch.
 *
 * @param file on this machine: what is sent, or where it goes, in a directory that exists
 * @param name at the server
 */
public record BatchRequest(Path file, String name) {}

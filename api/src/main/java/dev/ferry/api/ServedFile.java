package dev.ferry.api;

import java.net.InetSocketAddress;

/**
 * A file that a server takes or hands out.
 *
 * @param client where the client is
 * @param name what it calls the file; not checked yet, and not fit to be printed as it is
 * @param sizeBytes the size of the file, as far as it is known
 */
public record ServedFile(InetSocketAddress client, String name, long sizeBytes) {}

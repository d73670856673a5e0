package dev.ferry.api;

import java.net.InetSocketAddress;

/**
 * A file that a server receives or sends.
 *
 * @param client the address of the client
 * @param name the name from the client, without checks or escapes
 * @param sizeBytes the size of the file; 0 if it is not known
 */
public record ServedFile(InetSocketAddress client, String name, long sizeBytes) {}

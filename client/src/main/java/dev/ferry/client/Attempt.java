package dev.ferry.client;

import java.net.InetSocketAddress;

/**
 * One try at one address of the server.
 *
 * @param datagramBytes the largest packet to send
 * @param patient whether there is time to wait for the first answer, because nothing else is left
 *     to be tried
 * @param stream whether packets travel over a TCP connection
 */
record Attempt(InetSocketAddress server, int datagramBytes, boolean patient, boolean stream) {}

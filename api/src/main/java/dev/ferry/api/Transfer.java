package dev.ferry.api;

import java.time.Duration;
import java.util.Optional;

/**
 * A file that has been transferred: it is durable and visible under its name at the receiver.
 *
 * @param mode how it travelled
 * @param sizeBytes its size
 * @param resumedBytes how much of it the receiver had already when the transfer began
 * @param duration from the first packet to the end
 * @param sha256 its digest, 64 lower-case hexadecimal digits; only {@link TransferMode#FERRY} knows
 *     it
 * @param roundTripTime the smoothed round-trip time to the server, if one could be measured
 */
public record Transfer(
    TransferMode mode,
    long sizeBytes,
    long resumedBytes,
    Duration duration,
    Optional<String> sha256,
    Optional<Duration> roundTripTime) {}

package dev.ferry.api;

import java.time.Duration;
import java.util.Optional;

/**
 * A complete transfer: the file is durable and visible at the receiver.
 *
 * @param mode the protocol
 * @param sizeBytes the size of the file
 * @param resumedBytes the bytes of it that the receiver had before
 * @param duration from the first packet to the end
 * @param sha256 the digest of the file, 64 lower-case hexadecimal digits; empty except in {@link
 *     TransferMode#FERRY}, and maybe with {@link Digest#AUTO}
 * @param roundTripTime the smoothed round-trip time; empty if there is no measurement
 */
public record Transfer(
    TransferMode mode,
    long sizeBytes,
    long resumedBytes,
    Duration duration,
    Optional<String> sha256,
    Optional<Duration> roundTripTime) {}

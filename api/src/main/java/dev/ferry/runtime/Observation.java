package dev.ferry.runtime;

import dev.ferry.protocol.util.Nanos;
import java.util.function.Consumer;

/**
 * What a caller wants to know of a transfer while it runs, besides what a {@link TransferListener}
 * is told.
 *
 * @param intervalNs how often it is sampled, above 0; {@link Nanos#NEVER} if not at all
 * @param samples takes the samples, on the thread that runs the transfer
 * @param host whether to find out what the machine has to do with its speed
 */
public record Observation(long intervalNs, Consumer<ClientSample> samples, boolean host) {
  /** Nothing. */
  public static final Observation NONE = new Observation(Nanos.NEVER, sample -> {}, false);
}

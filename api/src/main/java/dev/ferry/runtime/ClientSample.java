package dev.ferry.runtime;

import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.connection.ConnectionSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * A client's transfer at one time.
 *
 * @param doneBytes how much of the file is at the receiver, as far as this end knows
 * @param connection the connection in Ferry mode, once there is one
 * @param lab the figures in lab mode, once it has begun
 */
public record ClientSample(
    long nowNs,
    long doneBytes,
    @Nullable ConnectionSnapshot connection,
    @Nullable TransferStats lab) {
  static ClientSample of(ClientEngine engine, long nowNs) {
    return new ClientSample(
        nowNs, engine.doneBytes(), engine.connection(nowNs), engine.labStats(nowNs));
  }
}

package dev.ferry.proxy.control;

import dev.ferry.netsim.ImpairmentSpec;
import java.util.Map;

/**
 * The state of a proxy at one moment.
 *
 * @param listening the address for the clients
 * @param server the address of the server
 * @param seed the seed of its random numbers
 * @param upNs for how long it has been running, in nanoseconds
 * @param paused whether it holds everything back
 * @param blackhole whether it drops everything
 * @param flows how many clients it knows
 * @param queued how many datagrams are inside
 * @param up towards the server
 * @param down towards the clients
 */
public record ProxyState(
    String listening,
    String server,
    long seed,
    long upNs,
    boolean paused,
    boolean blackhole,
    int flows,
    int queued,
    DirectionState up,
    DirectionState down) {

  /**
   * One direction.
   *
   * @param spec its impairments
   * @param received how many datagrams came in
   * @param receivedBytes their payload
   * @param sent how many went out, copies included
   * @param dropped how many were dropped, by reason
   * @param impaired how many were impaired in another way, by which
   */
  public record DirectionState(
      ImpairmentSpec spec,
      long received,
      long receivedBytes,
      long sent,
      Map<String, Long> dropped,
      Map<String, Long> impaired) {}
}

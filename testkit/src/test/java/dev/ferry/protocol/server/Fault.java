package dev.ferry.protocol.server;

import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.testkit.sim.Simulation;

/** The faults that a transfer must survive: what the path does, and what happens besides. */
enum Fault {
  LOSS_0_PERCENT("delay=10ms"),
  LOSS_1_PERCENT("delay=10ms,loss=1%"),
  LOSS_2_PERCENT("delay=10ms,loss=2%"),
  LOSS_10_PERCENT("delay=10ms,loss=10%"),
  LOSS_30_PERCENT("delay=10ms,loss=30%"),
  LOSS_50_PERCENT("delay=10ms,loss=50%"),
  BURST_LOSS("delay=10ms,loss=burst:20%:5"),
  BURSTS_OF_UP_TO_THREE("delay=15ms,loss=30%:3"),
  DUPLICATES_20_PERCENT("delay=10ms,duplicate=20%"),
  DUPLICATES_100_PERCENT("delay=10ms,duplicate=100%"),
  LATE_DUPLICATES("delay=10ms,loss=10%,replay=30%"),
  REORDERING_30_PERCENT("delay=10ms,reorder=30%:100ms"),
  LATE_BY_SECONDS("delay=10ms,loss=5%,reorder=10%:2s"),
  JITTER("delay=110ms,jitter=100ms"),
  DELAY_ABOVE_THE_TIMEOUT("delay=750ms"),
  DELAY_ABOVE_THE_TIMEOUT_AND_LOSS("delay=750ms,loss=10%"),
  BOTTLENECK("delay=15ms,rate=1mbit,queue=3pkt"),
  OUTAGES_IN_THE_RHYTHM_OF_THE_TIMER("delay=10ms,blackhole=200ms/300ms"),
  OUTAGES_OF_2_S_EVERY_7_S("delay=15ms,blackhole=5s/2s"),
  EVERYTHING(
      "delay=350ms,jitter=50ms,loss=30%,duplicate=20%,replay=5%,reorder=30%:500ms", Event.NONE),
  CORRUPTION_2_PERCENT("delay=10ms,corrupt=2%", Event.DAMAGE),
  CORRUPTION_30_PERCENT("delay=10ms,corrupt=30%:3", Event.DAMAGE),
  TRUNCATION_30_PERCENT("delay=10ms,truncate=30%", Event.DAMAGE),
  BLACKHOLE_OF_60_S("delay=10ms,loss=1%", Event.BLACKHOLE),
  CLIENT_KILLED_AND_RESTARTED("delay=10ms,loss=5%", Event.CLIENT_KILLED),
  SERVER_KILLED_AND_RESTARTED("delay=10ms,loss=5%", Event.SERVER_KILLED),
  CLIENTS_PORT_CHANGES("delay=10ms,loss=1%,rebind=40ms/200ms", Event.MOVE),
  CLIENTS_ADDRESS_CHANGES("delay=10ms,loss=1%,rebind=40ms/200ms:address", Event.MOVE),
  TWO_CLIENTS_WRITE_THE_SAME_NAME("delay=10ms,loss=5%", Event.RACE);

  /** What happens besides. */
  enum Event {
    /** Nothing. */
    NONE,
    /** The path changes bytes, against which the lab's protocol has no checksum. */
    DAMAGE,
    /** The path is down for a minute. */
    BLACKHOLE,
    CLIENT_KILLED,
    SERVER_KILLED,
    /** The client appears at another address. */
    MOVE,
    /** Another client sends other content under the same name. */
    RACE
  }

  private final String path;
  private final Event event;

  Fault(String path) {
    this(path, Event.NONE);
  }

  Fault(String path, Event event) {
    this.path = path;
    this.event = event;
  }

  ImpairmentSpec path() {
    return Simulation.path(path);
  }

  Event event() {
    return event;
  }
}

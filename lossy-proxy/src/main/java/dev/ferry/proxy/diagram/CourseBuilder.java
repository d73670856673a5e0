package dev.ferry.proxy.diagram;

import dev.ferry.cli.HostPort;
import dev.ferry.netsim.Impairer;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.diagram.Course.Came;
import dev.ferry.proxy.diagram.Course.Event;
import dev.ferry.proxy.diagram.Course.Went;
import dev.ferry.proxy.trace.TraceEvent;
import dev.ferry.proxy.trace.TraceEvent.Entered;
import dev.ferry.proxy.trace.TraceEvent.Opened;
import dev.ferry.proxy.trace.TraceEvent.Sent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Collects what happened in one flow of a trace. */
public final class CourseBuilder {
  private final List<Event> events = new ArrayList<>();
  private final SortedSet<Long> flows = new TreeSet<>();
  private final Map<Sent, Queue<Went>> expected = new HashMap<>();
  private final Map<Direction, Entered> last = new EnumMap<>(Direction.class);
  private final Map<Direction, Map<Long, Datagram>> recent = new EnumMap<>(Direction.class);
  private @Nullable Long flow;
  private String client = "";

  /** Those that may be replayed. */
  private static final class Recent extends LinkedHashMap<Long, Datagram> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, Datagram> eldest) {
      return size() > Impairer.REPLAY_WINDOW + 1;
    }
  }

  /**
   * Creates one.
   *
   * @param flow the flow's number; null for the first
   */
  public CourseBuilder(@Nullable Long flow) {
    this.flow = flow;
  }

  /** Takes the next line of the trace. */
  public void add(TraceEvent event) {
    flows.add(event.flow());
    if (flow == null) {
      flow = event.flow();
    }
    if (event.flow() != flow) {
      return;
    }
    if (event instanceof Opened opened) {
      client = new HostPort(opened.client(), opened.port()).toString();
    } else if (event instanceof Entered entered) {
      enter(entered);
    } else if (event instanceof Sent sent) {
      send(sent);
    }
  }

  private void enter(Entered entered) {
    Entered before = last.put(entered.direction(), entered);
    boolean again = before != null && saysTheSame(before, entered);
    long movesBefore = before == null ? 0 : before.moves();
    Datagram datagram = new Datagram(entered, again, entered.moves() > movesBefore);
    events.add(new Came(datagram));
    Map<Long, Datagram> known = recent.computeIfAbsent(entered.direction(), d -> new Recent());
    known.put(entered.number(), datagram);
    for (Hop hop : datagram.hops) {
      hop.replayed = hop.isReplay() ? known.get(hop.delivery.number()) : null;
      Sent key = key(entered.direction(), hop);
      expected.computeIfAbsent(key, k -> new ArrayDeque<>()).add(new Went(datagram, hop, 0));
    }
  }

  private static boolean saysTheSame(Entered before, Entered entered) {
    return entered.message() != null
        && entered.message().seqno() != null
        && entered.message().equals(before.message());
  }

  private void send(Sent sent) {
    Sent key = new Sent(0, 0, sent.direction(), sent.number(), sent.kind(), sent.dueNs());
    Queue<Went> candidates = expected.get(key);
    if (candidates == null) {
      return; // It came in before the trace began.
    }
    Went went = candidates.remove();
    if (candidates.isEmpty()) {
      expected.remove(key);
    }
    went.hop().left = true;
    events.add(new Went(went.datagram(), went.hop(), sent.atNs()));
  }

  private static Sent key(Direction direction, Hop hop) {
    return new Sent(0, 0, direction, hop.delivery.number(), hop.kind(), hop.delivery.dueNs());
  }

  /** The flows of the trace so far. */
  public SortedSet<Long> flows() {
    return flows;
  }

  /** Whether there is anything to draw. */
  public boolean isEmpty() {
    return events.isEmpty();
  }

  Course build() {
    return new Course(Objects.requireNonNull(flow), flows.size(), client, events);
  }
}

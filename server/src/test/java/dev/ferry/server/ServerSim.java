package dev.ferry.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.engine.stopwait.ReceiverConfig;
import dev.ferry.engine.stopwait.RetransmissionPolicy;
import dev.ferry.engine.stopwait.SendFailure;
import dev.ferry.engine.stopwait.SenderEvent;
import dev.ferry.engine.stopwait.StopAndWaitSender;
import dev.ferry.sim.Content;
import dev.ferry.sim.Host;
import dev.ferry.sim.SimDepot;
import dev.ferry.sim.Simulation;
import dev.ferry.sim.Tap;
import dev.ferry.time.Nanos;
import dev.ferry.wire.Dialect;
import dev.ferry.wire.LabMessage.Start;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A server in the simulator, with what most tests do to it. Every reply is audited. */
final class ServerSim {
  static final InetSocketAddress ADDRESS = Simulation.address(1, 12300);
  static final long PUBLICATION_NS = 3 * Nanos.MILLISECOND;
  private static final int DATAGRAM_BYTES = 1472;

  /** Nothing is kept for longer than this after the last datagram. */
  private static final long EVERYTHING_FORGOTTEN_NS = 250 * Nanos.SECOND;

  final Simulation simulation;
  final Host host;
  final SimDepot depot;
  final ServerEngine engine;
  final List<ServerEvent> events;
  final ReplyAudit audit = new ReplyAudit(ADDRESS);
  private final List<String> replies = new ArrayList<>();
  private InetSocketAddress asking;
  private int clients;

  ServerSim(long seed) {
    this(seed, ServerLimits.DEFAULT, PUBLICATION_NS);
  }

  ServerSim(long seed, ServerLimits limits, long publicationNs) {
    simulation = Simulation.seeded(seed);
    simulation.tap(audit);
    simulation.tap(
        new Tap() {
          @Override
          public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
            if (from.equals(ADDRESS) && to.equals(asking)) {
              replies.add(new String(datagram, ISO_8859_1));
            }
          }
        });
    host = simulation.addHost(ADDRESS);
    depot = new SimDepot(host, publicationNs);
    engine = new ServerEngine(depot, ReceiverConfig.DEFAULT, limits);
    events = host.run(engine);
  }

  /** An address that nobody has used yet. */
  InetSocketAddress newAddress() {
    return Simulation.address(1000 + clients++, 40_000);
  }

  /** What the server answers at once, which is only seen if there is no host at the address. */
  List<String> ask(InetSocketAddress from, String datagram) {
    return ask(from, datagram.getBytes(ISO_8859_1));
  }

  List<String> ask(InetSocketAddress from, byte[] datagram) {
    replies.clear();
    asking = from;
    simulation.inject(from, host, datagram);
    return List.copyOf(replies);
  }

  /** What the server sends to that address in the given time without being asked again. */
  List<String> listen(InetSocketAddress from, long durationNs) {
    replies.clear();
    asking = from;
    simulation.runFor(durationNs);
    return List.copyOf(replies);
  }

  /** One upload by one of our clients. */
  static final class Upload {
    final String name;
    final byte[] content;
    final Host client;
    final StopAndWaitSender sender;
    final List<SenderEvent> events;

    private Upload(Host client, Start start, byte[] content) {
      this.name = start.name();
      this.content = content;
      this.client = client;
      this.sender =
          new StopAndWaitSender(
              ADDRESS, start, Content.source(content), DATAGRAM_BYTES, RetransmissionPolicy.START);
      this.events = client.run(sender);
    }

    private SenderEvent last() {
      return events.isEmpty() ? null : events.get(events.size() - 1);
    }

    boolean isOver() {
      return last() instanceof SenderEvent.Completed || last() instanceof SenderEvent.Failed;
    }

    SenderEvent.Completed completed() {
      assertThat(last()).isInstanceOf(SenderEvent.Completed.class);
      return (SenderEvent.Completed) last();
    }

    SendFailure failure() {
      assertThat(last()).isInstanceOf(SenderEvent.Failed.class);
      return ((SenderEvent.Failed) last()).failure();
    }
  }

  /** Starts an upload from a fresh address. */
  Upload upload(Dialect dialect, String name, byte[] content) {
    return upload(newAddress(), dialect, name, content);
  }

  Upload upload(InetSocketAddress client, Dialect dialect, String name, byte[] content) {
    return new Upload(
        simulation.addHost(client), new Start(dialect, 0, name, content.length, true), content);
  }

  void runUntilOver(List<Upload> uploads, long withinNs) {
    simulation.runUntil(() -> uploads.stream().allMatch(Upload::isOver), withinNs);
  }

  void runUntilOver(Upload upload, long withinNs) {
    simulation.runUntil(upload::isOver, withinNs);
  }

  /** The upload ended well, its content was published once, and nothing else under its name. */
  void shouldHavePublishedOnce(Upload upload) {
    simulation.check(
        () -> {
          assertThat(upload.completed().stats().acknowledgedBytes())
              .isEqualTo(upload.content.length);
          assertThat(depot.published(upload.name)).isEqualTo(upload.content);
          assertThat(depot.publications(upload.name)).isEqualTo(1);
        });
  }

  /** After the memory time there is nothing left of anybody. */
  void shouldForgetEverything() {
    simulation.runFor(EVERYTHING_FORGOTTEN_NS);
    simulation.check(
        () -> {
          assertThat(engine.peerCount()).as("peers").isZero();
          assertThat(engine.openCount()).as("sessions").isZero();
          assertThat(depot.openParts()).as("part files").isZero();
          assertThat(engine.nextTimeout()).as("timer").isEqualTo(Nanos.NEVER);
        });
  }
}

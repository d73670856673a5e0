package dev.ferry.protocol.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabSender;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.lab.RetransmissionPolicy;
import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.SimLabStore;
import dev.ferry.testkit.sim.Simulation;
import dev.ferry.testkit.sim.Tap;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** A server in the simulator, with what most tests do to it. Every reply is audited. */
public final class ServerSim {
  static final InetSocketAddress ADDRESS = Simulation.address(1, 12300);
  public static final long PUBLICATION_NS = 3 * Nanos.MILLISECOND;
  private static final int DATAGRAM_BYTES = 1472;

  /** Nothing is kept for longer than this after the last datagram. */
  private static final long EVERYTHING_FORGOTTEN_NS = 250 * Nanos.SECOND;

  public final Simulation simulation;
  final Host host;
  public final SimLabStore store;
  private final ServerLimits limits;
  private final List<Upload> uploads = new ArrayList<>();
  private int publicationsChecked;
  private boolean damaged;
  LabServer engine;
  List<ServerEvent.Lab> events;
  final ReplyAudit audit = new ReplyAudit(ADDRESS);
  private final List<String> replies = new ArrayList<>();
  private InetSocketAddress asking;
  private int clients;

  ServerSim(long seed) {
    this(seed, ServerLimits.DEFAULT, PUBLICATION_NS);
  }

  ServerSim(long seed, ServerLimits limits, long publicationNs) {
    this(seed, limits, publicationNs, engine -> engine);
  }

  /**
   * A server that may have a fault.
   *
   * @param wrapper what runs in place of the engine
   */
  ServerSim(
      long seed,
      ServerLimits limits,
      long publicationNs,
      UnaryOperator<Engine<ServerEvent.Lab>> wrapper) {
    this.limits = limits;
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
    store = new SimLabStore(host, publicationNs);
    engine = new LabServer(store, ReceiverConfig.DEFAULT, limits);
    events = host.run(wrapper.apply(engine));
    simulation.invariant(this::shouldKeepItsPromises);
  }

  /** What holds after every event, however bad the network. */
  private void shouldKeepItsPromises() {
    assertThat(engine.openCount()).as("sessions").isLessThanOrEqualTo(limits.sessions());
    assertThat(engine.peerCount())
        .as("peers")
        .isLessThanOrEqualTo(limits.sessions() + limits.halfOpen() + limits.remembered());
    if (damaged) {
      return;
    }
    uploads.forEach(upload -> upload.shouldBeStoredAsFarAsAcknowledged(store));
    if (store.publications() != publicationsChecked) {
      publicationsChecked = store.publications();
      Set<String> uploaded = uploads.stream().map(upload -> upload.name).collect(toSet());
      uploaded.forEach(this::shouldOnlyHavePublishedWhatWasSent);
    }
  }

  private void shouldOnlyHavePublishedWhatWasSent(String name) {
    List<byte[]> sent =
        uploads.stream().filter(u -> u.name.equals(name)).map(u -> u.content).toList();
    for (byte[] published : store.allPublished(name)) {
      assertThat(sent).as("published as " + name).anyMatch(c -> Arrays.equals(c, published));
    }
  }

  /** The network changes bytes from now on: nothing can be promised about content. */
  void expectDamage() {
    damaged = true;
  }

  /** The server's machine fails; what was not durable may be lost. */
  void crash(SplittableRandom random) {
    host.kill();
    store.crash(random);
    uploads.forEach(Upload::interrupt);
  }

  /** The server's machine is back. */
  void restart() {
    engine = new LabServer(store, ReceiverConfig.DEFAULT, limits);
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
  public static final class Upload {
    public final String name;
    final byte[] content;
    final Host client;
    final LabSender sender;
    final List<SenderEvent> events;
    private boolean interrupted;
    private boolean foundPublished;
    private long acknowledgedBefore;

    private Upload(Host client, Start start, byte[] content) {
      this.name = start.name();
      this.content = content;
      this.client = client;
      this.sender =
          new LabSender(
              ADDRESS, start, Content.source(content), DATAGRAM_BYTES, RetransmissionPolicy.START);
      this.events = client.run(sender);
    }

    /** From now on what was acknowledged may be lost, unless all was. */
    private void interrupt() {
      interrupted = true;
      foundPublished = false;
    }

    private void shouldBeStoredAsFarAsAcknowledged(SimLabStore store) {
      if (!interrupted && sender.acknowledgedBytes() > acknowledgedBefore) {
        acknowledgedBefore = sender.acknowledgedBytes();
        assertThat(sender.acknowledgedBytes())
            .as("acknowledged bytes of %s", name)
            .isLessThanOrEqualTo(store.storedBytes(name));
      }
      if (!foundPublished && last() instanceof SenderEvent.Completed) {
        assertThat(store.allPublished(name))
            .as("publications of %s, which is complete", name)
            .anyMatch(published -> Arrays.equals(content, published));
        foundPublished = true;
      }
    }

    private SenderEvent last() {
      return events.isEmpty() ? null : events.get(events.size() - 1);
    }

    boolean isOver() {
      return last() instanceof SenderEvent.Completed || last() instanceof SenderEvent.Failed;
    }

    public SenderEvent.Completed completed() {
      assertThat(last()).isInstanceOf(SenderEvent.Completed.class);
      return (SenderEvent.Completed) last();
    }

    TransferFailure failure() {
      assertThat(last()).isInstanceOf(SenderEvent.Failed.class);
      return ((SenderEvent.Failed) last()).failure();
    }
  }

  /** Starts an upload from a fresh address. */
  Upload upload(Dialect dialect, String name, byte[] content) {
    return upload(newAddress(), dialect, name, content);
  }

  Upload upload(InetSocketAddress client, Dialect dialect, String name, byte[] content) {
    Upload upload =
        new Upload(
            simulation.addHost(client), new Start(dialect, 0, name, content.length, true), content);
    uploads.add(upload);
    return upload;
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
          assertThat(store.published(upload.name)).isEqualTo(upload.content);
          assertThat(store.publications(upload.name)).isEqualTo(1);
        });
  }

  /** After the memory time there is nothing left of anybody. */
  void shouldForgetEverything() {
    simulation.runFor(EVERYTHING_FORGOTTEN_NS);
    simulation.check(
        () -> {
          assertThat(engine.peerCount()).as("peers").isZero();
          assertThat(engine.openCount()).as("sessions").isZero();
          assertThat(store.openParts()).as("part files").isZero();
          assertThat(engine.nextTimeout()).as("timer").isEqualTo(Nanos.NEVER);
        });
  }
}

package dev.ferry.protocol.connection;

import static dev.ferry.protocol.connection.FuzzedDisk.require;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.transfer.Answer;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.transfer.ListSender;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.FrameReader;
import dev.ferry.protocol.wire.frame.FrameReader.Outcome;
import dev.ferry.protocol.wire.frame.IgnoringHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Somebody who has the keys of a connection and means it no good. Drives the connection as a
 * program does, in virtual time, and is an {@link AssertionError} if it does what it must not,
 * whatever its peer does.
 */
final class HostilePeer {
  /** What the connection under attack is for. */
  enum Target {
    SERVER(Role.SERVER, false),
    SERVER_OF_MANY_FILES(Role.SERVER, true),
    PUTTING_CLIENT(Role.CLIENT, false),
    GETTING_CLIENT(Role.CLIENT, false),
    CLIENT_OF_MANY_FILES(Role.CLIENT, true);

    final Role end;
    final boolean many;

    Target(Role end, boolean many) {
      this.end = end;
      this.many = many;
    }
  }

  static final int DATAGRAM_BYTES = 1200;

  /** How many files may be open where there are many. */
  static final int OPEN_FILES = 4;

  /** How many files a client of many transfers. */
  static final int FILES = 10;

  /** Where there are many files, those with an odd number have this size. */
  static final int SMALL_BYTES = 900;

  static final Bytes TRANSFER = Bytes.copyOf(new byte[Open.TRANSFER_BYTES]);

  /** From where packets come; the first is the one of the handshake. */
  static final List<InetSocketAddress> ADDRESSES = List.of(address(1), address(2), address(3));

  private static final List<Operation> ASKED_FOR =
      List.of(Operation.PUT, Operation.GET, Operation.LIST);
  private static final long OPERATIONS =
      Operation.PUT.bit() | Operation.GET.bit() | Operation.LIST.bit();

  private static final long PATIENCE_NS = 3 * Nanos.SECOND;
  private static final int HANDSHAKE_BYTES = 1200;
  private static final int MAX_ROUNDS_AT_ONCE = 20;
  private static final int MAX_PACKETS_AT_ONCE = 10_000;
  private static final int MAX_IDLE_STEPS = 1_000;
  private static final int ENOUGH_PACKETS = 1_000;

  /** After so many a transfer is in full course, and what happens has happened several times. */
  private static final int FEW_PACKETS = 100;

  /** How often a close is repeated by itself (protocol.md, section 11.4). */
  private static final int UNASKED_CLOSES = 2;

  /** In how many places the peer may be when it is told: where it seems to be, and was before. */
  private static final int CLOSE_PLACES = 2;

  private static final int RECEIVERS_ID = 7;
  private static final long EARLY_BYTES = 10L * DATAGRAM_BYTES;
  private static final long EARLY_BYTES_OF_A_LIST =
      (long) TransportParameters.MAX_EARLY_PACKETS * DATAGRAM_BYTES;

  /** So that the clock overflows in between. */
  private static final long START_NS = Long.MAX_VALUE - Nanos.SECOND / 2;

  private static final PacketBuffer SCRATCH = new PacketBuffer();
  private static final FrameReader READER = new FrameReader();
  private static final Transmit TRANSMIT = new Transmit(1 << 16);
  private static final ByteBuffer PACKET = ByteBuffer.allocate(1 << 16);

  final FuzzedDisk disk;
  final Connection connection;

  /** For files beyond the first. */
  final ByteBudget memory = new ByteBudget(1 << 20, 1 << 20, 1);

  private final Keys keys = Keys.forAConnection();
  private final Target target;
  private final long sizeBytes;
  private final boolean streams;
  private final long[] sentBytesTo = new long[ADDRESSES.size()];
  private final long[] receivedBytesFrom = new long[ADDRESSES.size()];
  private final boolean[] validated = new boolean[ADDRESSES.size()];
  private final Map<Long, Integer> challenges = new HashMap<>();
  private final Set<Long> used = new HashSet<>();
  private long nowNs = START_NS;
  private int enoughPackets = ENOUGH_PACKETS;
  private long largestNumber = -1;
  private long largestSeen = -1;
  private long lastChallenge;
  private long windowTold;
  private boolean genuineBefore;
  private boolean hasClosed;
  private boolean wasClosed;
  private int closesOwed;
  private int begun;
  private final Set<Integer> endings = new HashSet<>();
  private final Set<Integer> started = new HashSet<>();

  /**
   * Begins the attack.
   *
   * @param sizeBytes of the file that a client puts
   */
  HostilePeer(Target target, long sizeBytes, FuzzedDisk disk) {
    this(target, sizeBytes, disk, false);
  }

  /**
   * Begins the attack.
   *
   * @param sizeBytes of the file that a client puts
   * @param streams whether a client says no size before the end of what it puts
   */
  HostilePeer(Target target, long sizeBytes, FuzzedDisk disk, boolean streams) {
    this.streams = streams;
    this.target = target;
    this.sizeBytes = sizeBytes;
    this.disk = disk;
    disk.run(nowNs);
    boolean server = target.end == Role.SERVER;
    int files = target.many ? OPEN_FILES : 1;
    receivedBytesFrom[0] = HANDSHAKE_BYTES;
    validated[0] = !server;
    PathState path =
        server
            ? PathState.toClient(ADDRESSES.get(0), HANDSHAKE_BYTES, 0, new Random(1))
            : PathState.fixed(ADDRESSES.get(0), new Random(1));
    connection =
        new Connection(
            ConnectionConfig.overDatagrams(DATAGRAM_BYTES, PATIENCE_NS)
                .withPeersOperations(OPERATIONS)
                .withPeersUnknownSizes(streams)
                .withFiles(files, memory.share(ADDRESSES.get(0).getAddress())),
            target.end,
            new ConnectionKeys(keys.opener, keys.sealer, RECEIVERS_ID),
            path,
            SCRATCH,
            nowNs);
    if (server) {
      connection.acceptWith(open -> (context, openedNs) -> accept(open, context, openedNs));
    } else if (target.many) {
      connection.open(new Files());
    } else {
      connection.begin(this::beginClient, nowNs);
    }
    drive();
  }

  private static InetSocketAddress address(int host) {
    try {
      byte[] bytes = {10, 0, 0, (byte) host};
      return new InetSocketAddress(InetAddress.getByAddress(bytes), 1);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private Transfer beginClient(TransferContext context, long begunNs) {
    begun++;
    if (target == Target.PUTTING_CLIENT) {
      return put(context, sizeBytes, begunNs);
    }
    return FileReceiver.get(context, open(Operation.GET, 0), disk, begunNs);
  }

  private Transfer put(TransferContext context, long bytes, long begunNs) {
    if (!streams) {
      Open open = open(context.file(), Operation.PUT, bytes);
      return FileSender.put(context, open, disk.sourceFile(bytes), begunNs);
    }
    Open open = open(context.file(), Operation.PUT, FileAttributes.UNKNOWN_SIZE);
    return FileSender.stream(context, open, disk.sourceStream(bytes), begunNs);
  }

  /** Puts, gets and lists, one after the other. */
  private final class Files implements FileQueue {
    private int opened;

    @Override
    public boolean hasNext() {
      return opened < FILES;
    }

    @Override
    public TransferFactory next(long nowNs) {
      Operation operation = ASKED_FOR.get(opened++ % ASKED_FOR.size());
      return (context, begunNs) -> {
        begun++;
        if (operation == Operation.PUT) {
          return put(context, sizeOf(context.file()), begunNs);
        }
        return FileReceiver.get(context, open(context.file(), operation, 0), disk, begunNs);
      };
    }

    @Override
    public boolean isExhausted() {
      return opened == FILES;
    }
  }

  /** How large a file of a put is. */
  long sizeOf(long file) {
    return file % 2 == 0 ? sizeBytes : SMALL_BYTES;
  }

  /** How many transfers have begun. */
  int begun() {
    return begun;
  }

  static Open open(Operation operation, long sizeBytes) {
    return open(0, operation, sizeBytes);
  }

  static Open open(long file, Operation operation, long sizeBytes) {
    return new Open(
        file, operation, false, true, TRANSFER, new FileAttributes(sizeBytes, 1, 0), "name");
  }

  private Transfer accept(Open open, TransferContext context, long openedNs) {
    begun++;
    ByteBudget.Share pieces =
        target.many ? memory.share(ADDRESSES.get(0).getAddress()) : ByteBudget.unlimited();
    return switch (open.operation()) {
      case PUT -> FileReceiver.put(context, open, disk, pieces, openedNs);
      case GET -> FileSender.get(context, open, disk, ByteBudget.unlimited(), openedNs);
      case LIST -> ListSender.list(context, open, disk, openedNs);
      case DIGESTS -> ListSender.digests(context, open, disk, openedNs);
      case VERIFY -> Answer.verify(context, open, disk, openedNs);
      case REMOVE ->
          Answer.refuse(
              context,
              open,
              new StorageException(RefusalReason.NOT_PERMITTED, "refused"),
              openedNs);
    };
  }

  /** The highest number of a packet of this peer so far, or −1. */
  long largestNumber() {
    return largestNumber;
  }

  /** The highest number of a packet of the connection so far, or −1. */
  long largestSeen() {
    return largestSeen;
  }

  /** What the connection's last path challenge said. */
  long lastChallenge() {
    return lastChallenge;
  }

  /** Sends frames in the next packet, from where the handshake was. */
  void send(Consumer<ByteBuffer> frames) {
    send(largestNumber + 1, 0, frames);
  }

  /**
   * Sends a genuine packet.
   *
   * @param number of any size; nothing happens if it was used before
   * @param from an index of {@link #ADDRESSES}
   * @param frames writes them, well-formed or not
   */
  void send(long number, int from, Consumer<ByteBuffer> frames) {
    PACKET.clear().limit(PACKET.capacity() - PacketSealer.TAG_BYTES);
    PacketHeader.write(PACKET, 0, 1, number);
    frames.accept(PACKET);
    int plaintextBytes = PACKET.position() - PacketHeader.BYTES;
    Told told = new Told();
    Outcome outcome =
        READER.read(ByteBuffer.wrap(PACKET.array(), PacketHeader.BYTES, plaintextBytes), told);
    told.finishes.forEach(disk::announce);
    int bytes = keys.seal(number, PACKET.array(), plaintextBytes);
    receive(ByteBuffer.wrap(PACKET.array(), 0, bytes), number, from, outcome, told);
    drive();
  }

  private void receive(ByteBuffer packet, long number, int from, Outcome outcome, Told told) {
    boolean ended = connection.isEnded();
    boolean genuine = connection.handle(packet, ADDRESSES.get(from), nowNs);
    require(!genuine || used.add(number), "took a packet twice");
    require(!genuine || !ended, "took a packet after its end");
    if (!genuine) {
      return;
    }
    largestNumber = Math.max(largestNumber, number);
    receivedBytesFrom[from] += packet.remaining();
    validated[0] |= from == 0 && !genuineBefore;
    genuineBefore = true;
    closesOwed += CLOSE_PLACES;
    if (outcome != Outcome.MALFORMED) {
      for (Long response : told.responses) {
        Integer where = challenges.get(response);
        if (where != null) {
          validated[where] = true;
        }
      }
      windowTold = Math.max(windowTold, told.window);
      wasClosed |= told.closed;
    }
  }

  /** Sends bytes that are no packet of the connection's. */
  void forge(byte[] bytes, int from) {
    boolean genuine = connection.handle(ByteBuffer.wrap(bytes), ADDRESSES.get(from), nowNs);
    require(!genuine, "took a forged packet");
    drive();
  }

  /** The connection's own side changes something. */
  void meddle(Consumer<Connection> change) {
    change.accept(connection);
    drive();
  }

  /** Ends the connection from its own side. */
  void stop() {
    meddle(c -> c.close(Close.STOPPED, "", new TransferFailure.Stopped(), nowNs));
  }

  /** Ends the connection without a word. */
  void abandon() {
    wasClosed = true;
    meddle(c -> c.abandon(new TransferFailure.Superseded(), nowNs));
  }

  /**
   * Lets time pass, with timers at the moment that they ask for; less of it if {@link
   * #isSatisfied}.
   */
  void pass(long durationNs) {
    long untilNs = nowNs + durationNs;
    for (int idle = 0; isDue(untilNs); idle = step() ? 0 : idle + 1) {
      require(idle < MAX_IDLE_STEPS, "too busy");
      if (isSatisfied()) {
        return;
      }
    }
    nowNs = untilNs;
    drive();
  }

  /** Is satisfied after a few packets already: an attack that takes a tenth of the time. */
  HostilePeer easilySatisfied() {
    enoughPackets = FEW_PACKETS;
    return this;
  }

  /** Whether so much has been sent that more of the same would only take time. */
  boolean isSatisfied() {
    return largestSeen >= enoughPackets;
  }

  private boolean isDue(long untilNs) {
    return Nanos.isDue(nextNs(), untilNs);
  }

  private long nextNs() {
    return Nanos.earlier(connection.nextTimeout(), disk.nextTaskNs());
  }

  /** Goes on to the next timer; says whether anything was sent then, which may go on for long. */
  private boolean step() {
    long nextNs = nextNs();
    long before = largestSeen;
    nowNs = nextNs - nowNs > 0 ? nextNs : nowNs;
    drive();
    return largestSeen > before;
  }

  /** Lets time pass without hearing of the timers, as on a machine that was asleep. */
  void sleep(long durationNs) {
    nowNs += durationNs;
    drive();
  }

  /**
   * Falls silent until the connection has ended, and sees what it leaves behind. A reader reads on:
   * it is the user's own, and may be waited for.
   */
  void fallSilent() {
    disk.readOn();
    long limitNs = nowNs + Connection.MAX_PATIENCE_NS + 60 * Nanos.SECOND;
    int idle = 0;
    while (!connection.isEnded() || disk.nextTaskNs() != Nanos.NEVER) {
      require(nextNs() != Nanos.NEVER, "waits for nothing, and does not end");
      require(idle < MAX_IDLE_STEPS && nowNs - limitNs < 0, "does not end");
      idle = step() ? 0 : idle + 1;
    }
    drive();
    require(connection.nextTimeout() == Nanos.NEVER, "has a timer after its end");
    require(disk.inUse() == 0, "left a file open");
    require(endings.size() == begun, "did not report its end");
    require(memory.heldBytes() == 0, "holds memory after its end");
  }

  /** As a program does: what is to be sent, then what is due, until there is neither. */
  private void drive() {
    for (int round = 0; ; round++) {
      require(round < MAX_ROUNDS_AT_ONCE, "is due again and again at one instant");
      disk.run(nowNs);
      for (int sent = 0; connection.pollTransmit(nowNs, TRANSMIT); sent++) {
        require(sent < MAX_PACKETS_AT_ONCE, "sends for ever");
        inspect(TRANSMIT);
      }
      for (TransferEvent event = connection.pollEvent();
          event != null;
          event = connection.pollEvent()) {
        take(event);
      }
      if (!Nanos.isDue(connection.nextTimeout(), nowNs)) {
        return;
      }
      connection.onTimeout(nowNs);
    }
  }

  private void take(TransferEvent event) {
    require(!endings.contains(event.file()), "reports something after the end");
    if (event instanceof TransferEvent.Started) {
      require(started.add(event.file()), "starts twice");
    } else {
      endings.add(event.file());
    }
  }

  private void inspect(Transmit transmit) {
    int to = ADDRESSES.indexOf(transmit.to());
    int bytes = transmit.buffer().remaining();
    byte[] copy = new byte[bytes];
    transmit.buffer().get(copy);
    ByteBuffer packet = ByteBuffer.wrap(copy);
    sentBytesTo[to] += bytes;
    require(bytes <= DATAGRAM_BYTES, "too long a datagram");
    require(
        validated[to] || sentBytesTo[to] <= 3 * receivedBytesFrom[to],
        "too much to an address that is not validated");
    long number = PacketHeader.wholeNumber(largestSeen, PacketHeader.truncatedNumber(packet));
    require(number > largestSeen, "a packet number twice");
    largestSeen = number;
    int plaintextBytes = keys.open(number, copy);
    require(plaintextBytes >= 0, "not its own packet");
    ByteBuffer content = ByteBuffer.wrap(copy, PacketHeader.BYTES, plaintextBytes);
    Seen seen = new Seen(to);
    require(READER.read(content, seen) != Outcome.MALFORMED, "malformed");
    require(!hasClosed || seen.onlyClose, "speaks after its close");
    require(!wasClosed || seen.onlyClose, "speaks after its peer's close");
    require(!hasClosed || --closesOwed >= 0, "repeats its close too often");
    if (seen.onlyClose && !hasClosed) {
      hasClosed = true;
      closesOwed = CLOSE_PLACES * (1 + UNASKED_CLOSES) - 1;
    }
  }

  /** What this peer says. */
  private static final class Told extends IgnoringHandler {
    private final List<ContentCheck> finishes = new ArrayList<>(0);
    private final List<Long> responses = new ArrayList<>(0);
    private long window;
    private boolean closed;

    @Override
    public void onFinish(Finish finish) {
      finishes.add(finish.check());
    }

    @Override
    public void onPathResponse(long random) {
      responses.add(random);
    }

    @Override
    public void onWindow(long fileId, long limit) {
      window = Math.max(window, limit);
    }

    @Override
    public void onClose(Close close) {
      closed = true;
    }
  }

  /** What the connection says. */
  private final class Seen extends IgnoringHandler {
    private final int to;
    private boolean onlyClose;

    Seen(int to) {
      this.to = to;
    }

    @Override
    public void onClose(Close close) {
      onlyClose = true;
    }

    @Override
    public void onPathChallenge(long random) {
      challenges.put(random, to);
      lastChallenge = random;
    }

    @Override
    public void onShortData(long fileId, long offset, ByteBuffer content) {
      require(target.many, "short data where there is one file");
      onData(fileId, offset, content);
    }

    @Override
    public void onData(long fileId, long offset, ByteBuffer content) {
      boolean puts = target.end == Role.CLIENT && target != Target.GETTING_CLIENT;
      // A server's list goes out before its client has agreed, as far as an answer is not needed.
      boolean lists = target == Target.SERVER_OF_MANY_FILES;
      long early = lists ? EARLY_BYTES_OF_A_LIST : puts ? EARLY_BYTES : 0;
      long end = offset + content.remaining();
      require(end <= Math.max(windowTold, early), "sends beyond the window");
      require(FuzzedDisk.isRight(content, offset), "sends other content");
    }
  }

  /** The keys of both directions, used again and again because making them takes long. */
  private static final class Keys {
    /** Some way below the end of the first key phase. */
    static final int MAX_USES = 500_000;

    private static final long NEVER_USED = 1L << 60;
    private static final byte[] HOSTILE = "0123456789abcdef0123456789ABCDEF".getBytes(US_ASCII);
    private static final byte[] OWN = "fedcba9876543210FEDCBA9876543210".getBytes(US_ASCII);

    private static Keys latest = new Keys();
    private static int connections;

    private final PacketOpener opener = new PacketOpener(CipherSuite.AES_128_GCM, HOSTILE);
    private final PacketSealer sealer = new PacketSealer(CipherSuite.AES_128_GCM, OWN);
    private final PacketSealer hostileSealer = new PacketSealer(CipherSuite.AES_128_GCM, HOSTILE);
    private final PacketOpener hostileOpener = new PacketOpener(CipherSuite.AES_128_GCM, OWN);
    private final byte[] scrap = new byte[PacketHeader.MIN_PACKET_BYTES];
    private long lastSealed = -1;
    private int uses;

    static Keys forAConnection() {
      if (latest.uses > MAX_USES) {
        latest = new Keys();
      }
      // AES-GCM refuses a nonce twice in a row.
      latest.sealer.seal(NEVER_USED + connections++, latest.scrap, 0, PacketHeader.BYTES, 1);
      latest.uses++;
      return latest;
    }

    int seal(long number, byte[] packet, int plaintextBytes) {
      if (number == lastSealed) {
        hostileSealer.seal(NEVER_USED, scrap, 0, PacketHeader.BYTES, 1);
      }
      lastSealed = number;
      uses++;
      return hostileSealer.seal(number, packet, 0, PacketHeader.BYTES, plaintextBytes);
    }

    int open(long number, byte[] packet) {
      uses++;
      int ciphertextBytes = packet.length - PacketHeader.BYTES;
      return hostileOpener.open(number, 0, packet, 0, PacketHeader.BYTES, ciphertextBytes);
    }
  }
}

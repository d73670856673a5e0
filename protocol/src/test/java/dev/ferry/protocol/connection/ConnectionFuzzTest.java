package dev.ferry.protocol.connection;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.connection.HostilePeer.Target;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.AckRanges;
import dev.ferry.protocol.wire.frame.AckTimes;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Cancel;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import dev.ferry.protocol.wire.frame.FrameWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Whatever somebody with the right keys sends, in whatever order, from wherever and whenever, a
 * connection does none of what {@link HostilePeer} and {@link FuzzedDisk} look for. A normal run
 * replays the seeds and the findings in {@code ConnectionFuzzTestInputs}; with {@code
 * JAZZER_FUZZ=1} this searches for new ones.
 */
class ConnectionFuzzTest {
  private static final int MAX_OPERATIONS = 100;
  private static final int MAX_DATA_BYTES = 1100;
  private static final List<Target> TARGETS =
      List.of(Target.SERVER, Target.PUTTING_CLIENT, Target.GETTING_CLIENT);
  private static final List<Target> TARGETS_OF_MANY_FILES =
      List.of(
          Target.SERVER_OF_MANY_FILES, Target.CLIENT_OF_MANY_FILES, Target.SERVER_OF_MANY_FILES);
  private static final List<Operation> QUESTIONS =
      List.of(Operation.LIST, Operation.VERIFY, Operation.REMOVE);
  private static final long[] SIZES = {
    0, 1, 3000, FuzzedDisk.MAX_HELD_BYTES, 300L << 20, FileAttributes.MAX_SIZE_BYTES
  };
  private static final long[] DELAYS_NS = {0, 5 * Nanos.MILLISECOND, 2 * Nanos.SECOND};
  private static final long[] DURATIONS_NS = {
    0,
    100 * Nanos.MICROSECOND,
    Nanos.MILLISECOND,
    30 * Nanos.MILLISECOND,
    300 * Nanos.MILLISECOND,
    Nanos.SECOND,
    4 * Nanos.SECOND
  };

  /** The kinds of attack from here on are about many files in a connection; 108 of 256. */
  private static final int MANY = 108;

  /** Those from here on go on for long, with one file; 24 of 256. */
  private static final int LONG = 216;

  /** For those from here on the disk refuses everything. */
  private static final int REFUSED = 240;

  /**
   * With such a pattern of what is there already, what is put comes bit by bit, and a reader takes
   * what a client gets; 128 of 256.
   */
  private static final int STREAMS = 128;

  private static final long[] STEPS = {1, 1000, 64 << 10, 1L << 40};

  @FuzzTest(maxDuration = "", maxExecutions = 10_000_000)
  void shouldSurviveAnySequenceOfPackets(byte[] script) {
    new Attack(new FuzzBytes(script)).run();
  }

  private static final class Attack {
    private final FuzzBytes in;
    private final long sizeBytes;
    private final boolean streams;
    private final HostilePeer peer;
    private final AckRanges ranges = new AckRanges();

    /** How far content of each file has been sent in order. */
    private final long[] cursors = new long[HostilePeer.FILES];

    private final Target target;

    /** The highest number of a file that has been opened by this peer. */
    private int newest = -1;

    Attack(FuzzBytes in) {
      this.in = in;
      int kind = in.octet();
      boolean many = kind >= MANY && kind < LONG;
      List<Target> targets = many ? TARGETS_OF_MANY_FILES : TARGETS;
      target = targets.get(kind % targets.size());
      sizeBytes = SIZES[kind / TARGETS.size() % SIZES.length];
      long[] delaysNs = {in.oneOf(DELAYS_NS), in.oneOf(DELAYS_NS), in.oneOf(DELAYS_NS)};
      int pattern = in.octet();
      streams = pattern >= STREAMS;
      FuzzedDisk disk = new FuzzedDisk(delaysNs, pattern % STREAMS, sizeBytes);
      disk.refuses = kind >= REFUSED;
      disk.reads = streams && target.end == Role.CLIENT;
      disk.roomBytes = 2 * MAX_DATA_BYTES;
      HostilePeer begun = new HostilePeer(target, sizeBytes, disk, streams);
      // Long transfers would take most of the time that there is.
      peer = kind >= LONG && kind < REFUSED ? begun : begun.easilySatisfied();
    }

    void run() {
      for (int i = 0; i < MAX_OPERATIONS && !in.isUsedUp() && !peer.isSatisfied(); i++) {
        operate(in.octet());
      }
      peer.fallSilent();
    }

    private void operate(int operation) {
      switch (operation % 16) {
        case 0 -> peer.pass(in.oneOf(DURATIONS_NS));
        case 1 -> peer.sleep(in.oneOf(DURATIONS_NS));
        case 2 -> peer.send(this::ackEverything);
        case 3 -> {
          for (int i = operation / 16; i >= 0; i--) {
            peer.send(packet -> data(0, file(), packet));
          }
        }
        case 4 -> meddle(in.octet());
        case 5 -> peer.forge(octets(in.octet()), operation / 16 % 3);
        default -> packet(in.octet());
      }
    }

    private void meddle(int what) {
      switch (what % 6) {
        case 0 -> peer.stop();
        case 1 -> peer.abandon();
        case 2 -> peer.disk.failsWrites = true;
        case 3 -> peer.disk.failsReads = true;
        case 4 -> {
          peer.disk.streamOn(in.oneOf(STEPS));
          peer.disk.roomBytes = in.oneOf(STEPS);
          peer.meddle(connection -> peer.disk.caughtUp());
        }
        default -> {
          peer.disk.backlogBytes = in.oneOf(0, 1, 32 << 20, 64 << 20, 1L << 40);
          peer.meddle(connection -> peer.disk.caughtUp());
        }
      }
    }

    private byte[] octets(int count) {
      byte[] octets = new byte[1 + count];
      for (int i = 0; i < octets.length; i++) {
        octets[i] = (byte) in.octet();
      }
      return octets;
    }

    /** Up to four frames of any kind, and then perhaps content, or anything. */
    private void packet(int shape) {
      int from = Math.max(0, (shape >> 2 & 3) - 1);
      peer.send(
          number(shape & 3),
          from,
          packet -> {
            for (int i = shape >> 4 & 3; i >= 0; i--) {
              frame(in.octet(), packet);
            }
            if ((shape & 64) != 0) {
              data(in.octet(), file(), packet);
            } else if ((shape & 128) != 0) {
              packet.put(octets(in.octet() % 64));
            }
          });
    }

    private long number(int kind) {
      return switch (kind) {
        case 2 -> Math.max(0, peer.largestNumber() - in.octet());
        case 3 -> peer.largestNumber() + (1L << in.octet() % 31);
        default -> peer.largestNumber() + 1;
      };
    }

    private static void pad(ByteBuffer packet) {
      if (packet.hasRemaining()) {
        packet.put((byte) 0);
      }
    }

    /** The file that a frame is about: mostly one that is open, or may be opened next. */
    private int file() {
      if (!target.many) {
        return 0;
      }
      int octet = in.octet();
      int last = target.end == Role.CLIENT ? peer.begun() - 1 : newest;
      return switch (octet % 8) {
        case 0, 1, 2 -> Math.max(0, last);
        case 3, 4 -> Math.max(0, last - octet / 8 % HostilePeer.OPEN_FILES);
        case 5 -> octet / 8;
        default -> last + 1;
      };
    }

    private void opened(int file) {
      newest = Math.max(newest, file);
    }

    private void frame(int type, ByteBuffer packet) {
      if (target.many && type >= 128) {
        frameOfMany(type, packet);
        return;
      }
      switch (type % 19) {
        case 0 -> pad(packet);
        case 1 -> FrameWriter.ping(packet);
        case 2 -> ackSome(packet);
        case 3 -> ackEverything(packet);
        case 4 -> open(Operation.PUT, file(), packet);
        case 5 -> open(Operation.GET, file(), packet);
        case 6 -> write(otherOpen(file()), packet);
        case 7 -> write(accept(file()), packet);
        case 8 -> write(otherAccept(file()), packet);
        case 9 -> write(new Reject(file(), in.octet(), 0, ""), packet);
        case 10 ->
            FrameWriter.window(
                file(), in.oneOf(sizeBytes, in.number(2), in.number(8) >>> 1), packet);
        case 11 -> finishRight(file(), packet);
        case 12 -> write(finish(file(), in.oneOf(SIZES), in.oneOf(SIZES)), packet);
        case 13 -> FrameWriter.done(file(), packet);
        case 14 -> FrameWriter.pathChallenge(in.octet(), packet);
        case 15 -> FrameWriter.pathResponse(peer.lastChallenge(), packet);
        case 16 -> FrameWriter.pathResponse(in.octet(), packet);
        case 17 -> write(again(file()), packet);
        default -> {
          if (in.octet() % 4 == 0) {
            write(new Close(in.octet(), ""), packet);
          }
        }
      }
    }

    /** What there is only where there are many files, and what makes many of them. */
    private void frameOfMany(int type, ByteBuffer packet) {
      switch (type % 8) {
        case 0 -> write(new Cancel(file(), in.octet() % 8, ""), packet);
        case 1 -> shortData(file(), in.octet(), 1 + in.octet(), packet);
        case 2 -> open(QUESTIONS.get(in.octet() % QUESTIONS.size()), file(), packet);
        case 3 -> open(Operation.GET, newest + 1, packet);
        case 4 -> get(file(), packet);
        case 5 -> FrameWriter.maxRate(in.number(3), packet);
        case 6 -> {
          int file = newest + 1;
          open(Operation.PUT, file, packet);
          finishRight(file, packet);
          shortData(file, 0, (int) Math.min(peer.sizeOf(file), MAX_DATA_BYTES / 2), packet);
        }
        default -> ackEverything(packet);
      }
    }

    private void open(Operation operation, int file, ByteBuffer packet) {
      opened(file);
      long putBytes = streams ? FileAttributes.UNKNOWN_SIZE : peer.sizeOf(file);
      long size = operation == Operation.PUT ? putBytes : 0;
      write(HostilePeer.open(file, operation, size), packet);
    }

    /** Goes on with what the server offers, so that it sends. */
    private void get(int file, ByteBuffer packet) {
      write(new Accept(file, new FileAttributes(sizeBytes, 1, 0), List.of()), packet);
      FrameWriter.window(file, sizeBytes, packet);
    }

    private Accept accept(int file) {
      if (streams && target.end == Role.CLIENT && in.octet() % 4 > 0) {
        return new Accept(file, new FileAttributes(FileAttributes.UNKNOWN_SIZE, 1, 0), List.of());
      }
      long size = target == Target.CLIENT_OF_MANY_FILES ? peer.sizeOf(file) : sizeBytes;
      return new Accept(file, new FileAttributes(size, 1, 0), List.of());
    }

    private void finishRight(int file, ByteBuffer packet) {
      long size = target == Target.SERVER_OF_MANY_FILES ? peer.sizeOf(file) : sizeBytes;
      write(finish(file, size, size), packet);
    }

    private void shortData(int file, long offset, int bytes, ByteBuffer packet) {
      int length = Math.min(bytes, packet.remaining() - FrameWriter.dataHeaderBytes(file) - 8);
      if (length > 0 && FrameWriter.shortDataHeader(file, offset, length, packet)) {
        FuzzedDisk.putRight(packet, offset, length);
      }
    }

    private static void write(Frame frame, ByteBuffer packet) {
      FrameWriter.frame(frame, packet);
    }

    private Open otherOpen(int file) {
      opened(file);
      return new Open(
          file,
          in.octet() % 2 == 0 ? Operation.PUT : Operation.GET,
          in.octet() % 2 == 0,
          in.octet() % 2 == 0,
          HostilePeer.TRANSFER,
          new FileAttributes(in.oneOf(SIZES), in.octet(), in.octet()),
          "x".repeat(in.octet()));
    }

    private Accept otherAccept(int file) {
      long size = in.oneOf(SIZES);
      return new Accept(file, new FileAttributes(size, 1, 0), ranges(in.octet() % 65, size));
    }

    private Again again(int file) {
      List<ByteRange> ranges = ranges(in.octet() % 65, in.oneOf(SIZES));
      return new Again(file, ranges.isEmpty() ? List.of(new ByteRange(0, 1)) : ranges);
    }

    private List<ByteRange> ranges(int count, long size) {
      List<ByteRange> ranges = new ArrayList<>();
      long end = 0;
      for (int left = count; left > 0; left--) {
        long start = end + in.octet() + (end == 0 ? 0 : 1);
        end = start + 1 + in.number(1 + left % 3);
        if (end > size) {
          break;
        }
        ranges.add(new ByteRange(start, end));
      }
      return ranges;
    }

    private static Finish finish(int file, long size, long sizeOfDigest) {
      return new Finish(file, size, ContentCheck.bySha256(FuzzedDisk.digest(sizeOfDigest)), 0);
    }

    private void ackEverything(ByteBuffer packet) {
      ranges.clear();
      ranges.add(0, Math.max(0, peer.largestSeen()));
      FrameWriter.ack(ranges, new AckTimes(), packet);
    }

    private void ackSome(ByteBuffer packet) {
      ranges.clear();
      long top = peer.largestSeen() + 1 - in.octet() % 32;
      for (int left = in.octet() % 65; left >= 0 && top >= 0; left--) {
        long low = Math.max(0, top - in.octet() % 8);
        ranges.add(low, top);
        if (ranges.isFull()) {
          break;
        }
        top = low - 2 - in.octet() % 8;
      }
      if (ranges.count() > 0) {
        AckTimes times = new AckTimes();
        long us = in.number(3);
        times.set(us, us * 3, Math.min(us & 0x1f, ranges.largest(0)), us & 0xfff);
        FrameWriter.ack(ranges, times, packet);
      }
    }

    private void data(int kind, int file, ByteBuffer packet) {
      long size = target == Target.SERVER_OF_MANY_FILES ? peer.sizeOf(file) : sizeBytes;
      long cursor = cursors[file % cursors.length];
      long offset =
          switch (kind % 8) {
            case 1 -> in.octet() * 64L;
            case 2 -> Math.max(0, size - in.octet());
            case 3 -> FileReceiver.WINDOW_BYTES - in.octet();
            case 4 -> in.number(6);
            case 5 -> cursor + in.octet();
            default -> cursor;
          };
      long most = Math.max(1, Math.min(size - offset, MAX_DATA_BYTES));
      int bytes = (int) (kind < 128 ? most : Math.min(most, 1 + in.octet()));
      if (offset + bytes > FileAttributes.MAX_SIZE_BYTES
          || !FrameWriter.dataHeader(file, offset, packet)) {
        return;
      }
      int start = packet.position();
      FuzzedDisk.putRight(packet, offset, bytes);
      if (kind % 16 == 15) {
        packet.put(start, (byte) ~packet.get(start));
      }
      cursors[file % cursors.length] = Math.min(offset + bytes, size);
    }
  }
}

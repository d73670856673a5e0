package dev.ferry.protocol.connection;

import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.wire.frame.AckRanges;
import dev.ferry.protocol.wire.frame.AckTimes;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Cancel;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import dev.ferry.protocol.wire.frame.FrameHandler;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the frames of one packet after the other to whom they concern: acknowledgements to what is
 * in flight, challenges to the path, and the rest to the files, whose order of frames it watches
 * (protocol.md, section 10). Not thread-safe.
 */
final class FrameDispatcher implements FrameHandler {
  private static final String TWO_FRAMES = "two different frames where there can be one";

  /** What frames do to the connection as a whole. */
  interface Listener {
    /** Whether it still matters what the peer says. */
    boolean isListening();

    /** The client asks for a file that there is room for; once for each. */
    void onOpen(Open open, long nowNs);

    /** The peer broke the protocol. */
    void onViolation(String detail, long nowNs);

    /** The peer has ended the connection. */
    void onClose(Close close, long nowNs);
  }

  private final Role role;
  private final PacketSender sender;
  private final PathState path;
  private final OpenFiles files;
  private final Listener listener;

  private long number;

  /** The newest packet that asked for a cap on the rate; −1 if none did. */
  private long maxRateNumber = -1;

  private long nowNs;
  private boolean urgent;
  private boolean refused;
  private long peersLeftOutNumbers;

  FrameDispatcher(
      Role role, PacketSender sender, PathState path, OpenFiles files, Listener listener) {
    this.role = role;
    this.sender = sender;
    this.path = path;
    this.files = files;
    this.listener = listener;
  }

  /** A packet with that number begins. */
  void begin(long packetNumber, long packetNs) {
    number = packetNumber;
    nowNs = packetNs;
    urgent = false;
    refused = false;
  }

  /** Whether the peer waits for the acknowledgement of the packet. */
  boolean isUrgent() {
    return urgent;
  }

  /** Whether something of the packet could not be taken, so that it must count as lost. */
  boolean isRefused() {
    return refused;
  }

  /** How many numbers of its packets the peer says it has left out. */
  long peersLeftOutNumbers() {
    return peersLeftOutNumbers;
  }

  /** The reader knows that it is to be acknowledged, and there is no more to it. */
  @Override
  public void onPing() {}

  @Override
  public void onAck(AckRanges acked, AckTimes times) {
    if (!sender.acknowledged(acked, times, nowNs)) {
      violated("an acknowledgement of what was never sent");
    }
  }

  @Override
  public void onOpen(Open open) {
    urgent = true;
    if (role == Role.CLIENT) {
      violated("an open from a server");
    } else if (isPossible(open.fileId()) && listener.isListening()) {
      OpenFile file = files.find(open.fileId());
      if (file != null && !file.isOpenedBy(open)) {
        violated(TWO_FRAMES);
      } else if (file == null && files.hasRoom()) {
        listener.onOpen(open, nowNs);
      } else if (file == null) {
        refused = true;
      }
    }
  }

  private void violated(String detail) {
    listener.onViolation(detail, nowNs);
  }

  /**
   * Whether a frame is about a file that is open, or may be opened yet; if there can be none, the
   * frame breaks the protocol, and if it is over, the frame means nothing.
   */
  private boolean isPossible(long fileId) {
    if (files.isImpossible(fileId, role)) {
      violated("a frame of a file that cannot have been opened");
      return false;
    }
    return !files.isClosed(fileId);
  }

  /** The file that a frame is about; null if the frame breaks the protocol, or means nothing. */
  private @Nullable OpenFile begun(long fileId) {
    if (!isPossible(fileId)) {
      return null;
    }
    OpenFile file = files.find(fileId);
    if (file == null) {
      violated("a frame that must not precede the open");
    }
    return file;
  }

  /** The same, for frames that may overtake the open: their packet counts as lost then. */
  private @Nullable OpenFile begunOrAwaited(long fileId) {
    OpenFile file = isPossible(fileId) ? files.find(fileId) : null;
    refused |= file == null && !files.isClosed(fileId);
    return file;
  }

  /** There is one of such frames for a file: it may come again, but no other of its kind. */
  private void heard(OpenFile file, boolean isFirst) {
    if (!isFirst) {
      violated(TWO_FRAMES);
    }
    files.settle(file);
  }

  @Override
  public void onData(long fileId, long offset, ByteBuffer content) {
    OpenFile file = begunOrAwaited(fileId);
    if (file != null) {
      refused |= !file.onData(offset, content, nowNs);
      files.settle(file);
    }
  }

  @Override
  public void onShortData(long fileId, long offset, ByteBuffer content) {
    onData(fileId, offset, content);
  }

  @Override
  public void onAccept(Accept accept) {
    urgent = true;
    OpenFile file = begun(accept.fileId());
    if (file != null) {
      heard(file, file.onAccept(accept, nowNs));
    }
  }

  @Override
  public void onReject(Reject reject) {
    OpenFile file = begun(reject.fileId());
    if (file != null) {
      heard(file, file.onReject(reject, nowNs));
    }
  }

  @Override
  public void onWindow(long fileId, long limit) {
    OpenFile file = begun(fileId);
    if (file != null) {
      file.transfer().onWindow(limit);
      files.settle(file);
    }
  }

  @Override
  public void onFinish(Finish finish) {
    urgent = true;
    OpenFile file = begunOrAwaited(finish.fileId());
    if (file != null) {
      peersLeftOutNumbers = Math.max(peersLeftOutNumbers, finish.leftOutNumbers());
      heard(file, file.onFinish(finish, nowNs));
    }
  }

  @Override
  public void onDone(long fileId) {
    OpenFile file = begun(fileId);
    if (file != null) {
      file.onDone(nowNs);
      files.settle(file);
    }
  }

  @Override
  public void onCancel(Cancel cancel) {
    OpenFile file = begunOrAwaited(cancel.fileId());
    if (file != null) {
      file.onCancel(cancel, nowNs);
      files.settle(file);
    }
  }

  @Override
  public void onAgain(Again again) {
    urgent = true;
    OpenFile file = begun(again.fileId());
    if (file != null) {
      heard(file, file.onAgain(again, nowNs));
    }
  }

  @Override
  public void onCopy(Copy copy) {
    if (role == Role.CLIENT) {
      violated("a copy from a server");
      return;
    }
    OpenFile file = begunOrAwaited(copy.fileId());
    if (file != null) {
      refused |= !file.transfer().onCopy(copy, nowNs);
      files.settle(file);
    }
  }

  /** Heeded by whoever sends content, and harmless to others. */
  @Override
  public void onMaxRate(long bytesPerSecond) {
    if (number > maxRateNumber) {
      maxRateNumber = number;
      sender.capOnRequest(bytesPerSecond == 0 ? RateCap.UNLIMITED : bytesPerSecond, nowNs);
    }
  }

  @Override
  public void onPathChallenge(long random) {
    path.onChallenge(random);
  }

  @Override
  public void onPathResponse(long random) {
    path.onResponse(random);
  }

  @Override
  public void onClose(Close close) {
    listener.onClose(close, nowNs);
  }
}

package dev.ferry.protocol.connection;

import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.wire.frame.AckRanges;
import dev.ferry.protocol.wire.frame.AckTimes;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import dev.ferry.protocol.wire.frame.FrameHandler;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the frames of one packet after the other to whom they concern: acknowledgements to what is
 * in flight, challenges to the path, and the rest to the transfer, whose order of frames it watches
 * (protocol.md, section 10). Not thread-safe.
 */
final class FrameDispatcher implements FrameHandler {
  /** What frames do to the connection as a whole. */
  interface Listener {
    /** Whether it still matters what the peer says. */
    boolean isListening();

    /** The client asks; it does so once. */
    void onOpen(Open open, long nowNs);

    /** The peer broke the protocol. */
    void onViolation(String detail, long nowNs);

    /** The peer has ended the connection. */
    void onClose(Close close, long nowNs);
  }

  private final Role role;
  private final PacketSender sender;
  private final PathState path;
  private final Listener listener;
  private @Nullable Transfer transfer;

  private long number;

  /** The newest packet that asked for a cap on the rate; −1 if none did. */
  private long maxRateNumber = -1;

  private long nowNs;
  private boolean urgent;
  private boolean refused;
  private @Nullable Open opened;
  private @Nullable Accept accepted;
  private @Nullable Reject rejected;
  private @Nullable Finish finished;
  private @Nullable Again askedAgain;

  FrameDispatcher(Role role, PacketSender sender, PathState path, Listener listener) {
    this.role = role;
    this.sender = sender;
    this.path = path;
    this.listener = listener;
  }

  /** The transfer that the frames are about from now on. */
  void begin(Transfer begun) {
    transfer = begun;
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
    return finished == null ? 0 : finished.leftOutNumbers();
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
    } else if (isKnown(open.fileId()) && listener.isListening() && isFirst(opened, open)) {
      opened = open;
      listener.onOpen(open, nowNs);
    }
  }

  private void violated(String detail) {
    listener.onViolation(detail, nowNs);
  }

  /** A frame of which there is one in a connection may come again, but no other of its kind. */
  private boolean isFirst(@Nullable Frame before, Frame frame) {
    if (before != null && !before.equals(frame)) {
      violated("two different frames where there can be one");
    }
    return before == null;
  }

  @Override
  public void onData(long fileId, long offset, ByteBuffer content) {
    if (!isKnown(fileId)) {
      return;
    }
    refused |= transfer == null || !transfer.onData(offset, content, nowNs);
  }

  @Override
  public void onAccept(Accept accept) {
    urgent = true;
    Transfer begun = begun(accept.fileId());
    if (begun != null && isFirst(accepted, accept)) {
      accepted = accept;
      begun.onAccept(accept, nowNs);
    }
  }

  /** The transfer that a frame is about, unless the frame breaks the protocol. */
  private @Nullable Transfer begun(long fileId) {
    if (!isKnown(fileId)) {
      return null;
    }
    if (transfer == null) {
      violated("a frame that must not precede the open");
    }
    return transfer;
  }

  /** Whether there can be a file of that number: there is one to a connection. */
  private boolean isKnown(long fileId) {
    if (fileId != Frame.FIRST_FILE) {
      violated("a frame of a file that cannot have been opened");
    }
    return fileId == Frame.FIRST_FILE;
  }

  @Override
  public void onReject(Reject reject) {
    Transfer begun = begun(reject.fileId());
    if (begun != null && isFirst(rejected, reject)) {
      rejected = reject;
      begun.onReject(reject, nowNs);
    }
  }

  @Override
  public void onWindow(long fileId, long limit) {
    Transfer begun = begun(fileId);
    if (begun != null) {
      begun.onWindow(limit);
    }
  }

  @Override
  public void onFinish(Finish finish) {
    urgent = true;
    if (!isKnown(finish.fileId())) {
      return;
    }
    if (transfer == null) {
      refused = true; // The open is still on its way.
    } else if (isFirst(finished, finish)) {
      finished = finish;
      transfer.onFinish(finish, nowNs);
    }
  }

  @Override
  public void onDone(long fileId) {
    Transfer begun = begun(fileId);
    if (begun != null) {
      begun.onDone(nowNs);
    }
  }

  @Override
  public void onAgain(Again again) {
    urgent = true;
    Transfer begun = begun(again.fileId());
    if (begun != null && isFirst(askedAgain, again)) {
      askedAgain = again;
      begun.onAgain(again, nowNs);
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

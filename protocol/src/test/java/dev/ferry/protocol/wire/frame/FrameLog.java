package dev.ferry.protocol.wire.frame;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Cancel;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes down the frames that it is told, in the words of docs/vectors/frames.txt. */
final class FrameLog implements FrameHandler {
  private final List<String> lines = new ArrayList<>();

  List<String> lines() {
    return lines;
  }

  private void add(String format, Object... fields) {
    lines.add(String.format(Locale.ROOT, format, fields));
  }

  private static String shown(String text) {
    return text.replace("\n", "\\n");
  }

  private static String shown(FileAttributes file) {
    int kind = file.kind().number();
    return "size=%s modified=%s %smode=%s"
        .formatted(
            Long.toString(file.sizeBytes()),
            Long.toString(file.modifiedNs()),
            kind == 0 ? "" : "kind=" + kind + " ",
            Integer.toString(file.mode()));
  }

  @Override
  public void onPing() {
    add("ping");
  }

  @Override
  public void onAck(AckRanges acked, AckTimes times) {
    add("ack ranges=%s %s", acked.toString().replace(' ', ','), times);
  }

  /** Consumes the content, as a handler may. */
  @Override
  public void onData(long fileId, long offset, ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.get(bytes);
    add("data file=%d offset=%d content=%s", fileId, offset, HexFormat.of().formatHex(bytes));
  }

  /** Consumes a part of the content, as a handler may. */
  @Override
  public void onShortData(long fileId, long offset, ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.get(content.position(), bytes);
    content.get();
    add("short-data file=%d offset=%d content=%s", fileId, offset, HexFormat.of().formatHex(bytes));
  }

  @Override
  public void onCancel(Cancel cancel) {
    add("cancel file=%d code=%d text=%s", cancel.fileId(), cancel.code(), shown(cancel.text()));
  }

  @Override
  public void onOpen(Open open) {
    add(
        "open file=%d operation=%s flags=%d transfer=%s %s name=%s",
        open.fileId(),
        open.operation().name().toLowerCase(Locale.ROOT),
        (open.failIfExists() ? 1 : 0) + (open.preserve() ? 0 : 2) + (open.takesEarly() ? 16 : 0),
        open.transfer(),
        shown(open.file()),
        shown(open.name()));
  }

  @Override
  public void onAccept(Accept accept) {
    String has = shown(accept.receivedRanges());
    add("accept file=%d %s has=%s", accept.fileId(), shown(accept.file()), has);
  }

  private static String shown(List<ByteRange> ranges) {
    return ranges.stream()
        .map(range -> range.start() + "-" + range.end())
        .collect(Collectors.joining(","));
  }

  @Override
  public void onReject(Reject reject) {
    add(
        "reject file=%d reason=%d after=%d text=%s",
        reject.fileId(), reject.reason(), reject.retryAfterSeconds(), shown(reject.text()));
  }

  @Override
  public void onWindow(long fileId, long limit) {
    add("window file=%d limit=%d", fileId, limit);
  }

  @Override
  public void onFinish(Finish finish) {
    add(
        "finish file=%d size=%d sha256=%s sums=%s leftOut=%d",
        finish.fileId(),
        finish.sizeBytes(),
        orDash(finish.check().sha256()),
        orDash(finish.check().blockSums()),
        finish.leftOutNumbers());
  }

  private static String orDash(Bytes bytes) {
    return bytes == null ? "-" : bytes.toString();
  }

  @Override
  public void onDone(long fileId) {
    add("done file=%d", fileId);
  }

  @Override
  public void onCopy(Copy copy) {
    String type =
        switch (copy.source()) {
          case OLDER_FILE -> "copy";
          case ZEROS -> "hole";
        };
    add("%s file=%d ranges=%s", type, copy.fileId(), shown(copy.ranges()));
  }

  @Override
  public void onAgain(Again again) {
    add("again file=%d ranges=%s", again.fileId(), shown(again.ranges()));
  }

  @Override
  public void onMaxRate(long bytesPerSecond) {
    add("max-rate rate=%d", bytesPerSecond);
  }

  @Override
  public void onPathChallenge(long random) {
    add("challenge random=%016x", random);
  }

  @Override
  public void onPathResponse(long random) {
    add("response random=%016x", random);
  }

  @Override
  public void onClose(Close close) {
    add("close code=%d text=%s", close.code(), shown(close.text()));
  }
}

package dev.ferry.protocol.wire.frame;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Close;
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
    return "size=%s modified=%s mode=%s"
        .formatted(
            Long.toString(file.sizeBytes()),
            Long.toString(file.modifiedNs()),
            Integer.toString(file.mode()));
  }

  @Override
  public void onPing() {
    add("ping");
  }

  @Override
  public void onAck(AckRanges acked, long delayUs) {
    add("ack ranges=%s delay=%d", acked.toString().replace(' ', ','), delayUs);
  }

  /** Consumes the content, as a handler may. */
  @Override
  public void onData(long offset, ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.get(bytes);
    add("data offset=%d content=%s", offset, HexFormat.of().formatHex(bytes));
  }

  @Override
  public void onOpen(Open open) {
    add(
        "open operation=%s flags=%d transfer=%s %s name=%s",
        open.operation().name().toLowerCase(Locale.ROOT),
        (open.failIfExists() ? 1 : 0) + (open.preserve() ? 0 : 2),
        open.transfer(),
        shown(open.file()),
        shown(open.name()));
  }

  @Override
  public void onAccept(Accept accept) {
    String has =
        accept.receivedRanges().stream()
            .map(range -> range.start() + "-" + range.end())
            .collect(Collectors.joining(","));
    add("accept %s has=%s", shown(accept.file()), has);
  }

  @Override
  public void onReject(Reject reject) {
    add("reject reason=%d text=%s", reject.reason(), shown(reject.text()));
  }

  @Override
  public void onWindow(long limit) {
    add("window limit=%d", limit);
  }

  @Override
  public void onFinish(Finish finish) {
    add("finish size=%d sha256=%s", finish.sizeBytes(), finish.sha256());
  }

  @Override
  public void onDone() {
    add("done");
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

package dev.ferry.proxy.trace;

import dev.ferry.cli.Escaper;
import dev.ferry.cli.JsonLine;
import dev.ferry.protocol.lab.LabCodec;
import dev.ferry.protocol.lab.LabMessage;
import dev.ferry.protocol.lab.LabMessage.Ack;
import dev.ferry.protocol.lab.LabMessage.Data;
import dev.ferry.protocol.lab.LabMessage.Refusal;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.proxy.core.Direction;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a datagram says, as JSON. */
final class MessageJson {
  private MessageJson() {}

  /** The message, or null if it is none of ours or the lab's. */
  static @Nullable JsonLine of(Direction direction, ByteBuffer datagram) {
    if (datagram.hasRemaining() && datagram.get(datagram.position()) < 0) {
      return JsonLine.part().put("type", "ferry"); // Encrypted: there is no more to be said.
    }
    LabMessage message =
        direction == Direction.UP
            ? LabCodec.decodeFromClient(datagram.duplicate())
            : LabCodec.decodeFromServer(datagram.duplicate());
    return message == null ? null : json(message);
  }

  private static JsonLine json(LabMessage message) {
    if (message instanceof Start start) {
      JsonLine json =
          head("start", message)
              .put("name", Escaper.escape(start.name()))
              .put("sizeBytes", start.sizeBytes());
      return start.offersFerry() ? json.put("offersFerry", true) : json;
    } else if (message instanceof Data data) {
      return head("data", message).put("payloadBytes", data.payload().remaining());
    } else if (message instanceof Ack ack) {
      JsonLine json = head("ack", message);
      if (ack.bufferBytes() != null) {
        json.put("bufferBytes", ack.bufferBytes());
      }
      return ack.acceptsFerry() ? json.put("acceptsFerry", true) : json;
    } else if (message instanceof Refusal refusal) {
      return head("refusal", message).put("reason", refusal.reason().toString());
    }
    throw new AssertionError(message);
  }

  private static JsonLine head(String type, LabMessage message) {
    return JsonLine.part()
        .put("type", type)
        .put("dialect", message.dialect().name().toLowerCase(Locale.ROOT))
        .put("seqno", message.seqno());
  }
}

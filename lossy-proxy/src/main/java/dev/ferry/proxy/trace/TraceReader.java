package dev.ferry.proxy.trace;

import dev.ferry.cli.JsonFields;
import dev.ferry.netsim.Fate.Kind;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.trace.TraceEvent.Delivery;
import dev.ferry.proxy.trace.TraceEvent.Entered;
import dev.ferry.proxy.trace.TraceEvent.Message;
import dev.ferry.proxy.trace.TraceEvent.Opened;
import dev.ferry.proxy.trace.TraceEvent.Sent;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads what {@link TraceWriter} wrote. */
public final class TraceReader {
  private TraceReader() {}

  /**
   * Reads to the end. Lines about events that are not known here are left out.
   *
   * @throws TraceFormatException if a line is not one of a trace, or runs back in time
   */
  public static void read(BufferedReader in, Consumer<TraceEvent> events)
      throws IOException, TraceFormatException {
    long number = 0;
    long lastNs = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      try {
        TraceEvent event = event(line);
        if (event != null) {
          if (event.atNs() < lastNs) {
            throw new IllegalArgumentException("it is of an earlier time than the one before");
          }
          lastNs = event.atNs();
          events.accept(event);
        }
      } catch (IllegalArgumentException e) {
        throw new TraceFormatException(number, String.valueOf(e.getMessage()));
      }
    }
  }

  private static @Nullable TraceEvent event(String line) {
    JsonFields fields = JsonFields.parse(line);
    if (!fields.text("schema").equals(TraceWriter.SCHEMA)) {
      throw new IllegalArgumentException("its schema is not " + TraceWriter.SCHEMA);
    }
    long flow = fields.number("flow");
    long atNs = fields.number("timeNs");
    return switch (fields.text("event")) {
      case "opened" -> new Opened(flow, atNs, fields.text("client"), fields.count("port"));
      case "entered" ->
          new Entered(
              flow,
              atNs,
              fields.constant("direction", Direction.class),
              fields.number("number"),
              fields.count("bytes"),
              fields.text("verdict"),
              fields.objects("deliveries").stream().map(TraceReader::delivery).toList(),
              fields.has("moves") ? fields.number("moves") : 0,
              message(fields.optionalObject("message")));
      case "sent" ->
          new Sent(
              flow,
              atNs,
              fields.constant("direction", Direction.class),
              fields.number("number"),
              fields.constant("kind", Kind.class),
              fields.number("dueNs"));
      default -> null;
    };
  }

  private static Delivery delivery(JsonFields fields) {
    return new Delivery(
        fields.constant("kind", Kind.class),
        fields.number("number"),
        fields.number("atNs"),
        fields.has("flippedBit"),
        fields.has("keptBytes") ? fields.count("keptBytes") : -1,
        fields.has("heldBack"));
  }

  private static @Nullable Message message(@Nullable JsonFields fields) {
    if (fields == null) {
      return null;
    }
    return new Message(
        fields.text("type"),
        fields.optionalNumber("seqno"),
        fields.optionalText("name"),
        fields.optionalNumber("sizeBytes"),
        fields.optionalNumber("payloadBytes"),
        fields.optionalNumber("bufferBytes"),
        fields.optionalText("reason"));
  }
}

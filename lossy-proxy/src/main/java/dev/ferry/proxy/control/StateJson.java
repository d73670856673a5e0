package dev.ferry.proxy.control;

import dev.ferry.cli.ImpairmentText;
import dev.ferry.cli.JsonLine;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.proxy.control.ProxyState.DirectionState;
import java.util.Map;

/** A state as JSON. */
final class StateJson {
  private static final String SCHEMA = "ferry.lossy-proxy.state.v1";

  private StateJson() {}

  static String of(ProxyState state) {
    return new JsonLine(SCHEMA)
        .put("listening", state.listening())
        .put("server", state.server())
        .put("seed", state.seed())
        .put("up_ms", state.upNs() / Nanos.MILLISECOND)
        .put("paused", state.paused())
        .put("blackhole", state.blackhole())
        .put("flows", state.flows())
        .put("queued", state.queued())
        .put("up", json(state.up()))
        .put("down", json(state.down()))
        .toString();
  }

  private static JsonLine json(DirectionState direction) {
    JsonLine impairments = JsonLine.part();
    ImpairmentText.describe(direction.spec()).forEach(impairments::put);
    return JsonLine.part()
        .put("impairments", impairments)
        .put("received", direction.received())
        .put("received_bytes", direction.receivedBytes())
        .put("sent", direction.sent())
        .put("dropped", numbers(direction.dropped()))
        .put("impaired", numbers(direction.impaired()));
  }

  private static JsonLine numbers(Map<String, Long> numbers) {
    JsonLine json = JsonLine.part();
    numbers.forEach(json::put);
    return json;
  }
}

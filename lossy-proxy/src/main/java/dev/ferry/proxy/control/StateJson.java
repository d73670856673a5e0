package dev.ferry.proxy.control;

import dev.ferry.cli.ImpairmentText;
import dev.ferry.cli.JsonLine;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.proxy.control.ProxyState.Way;
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
        .put("up", way(state.up()))
        .put("down", way(state.down()))
        .toString();
  }

  private static JsonLine way(Way way) {
    JsonLine impairments = JsonLine.part();
    ImpairmentText.describe(way.spec()).forEach(impairments::put);
    return JsonLine.part()
        .put("impairments", impairments)
        .put("received", way.received())
        .put("received_bytes", way.receivedBytes())
        .put("sent", way.sent())
        .put("dropped", numbers(way.dropped()))
        .put("impaired", numbers(way.impaired()));
  }

  private static JsonLine numbers(Map<String, Long> numbers) {
    JsonLine json = JsonLine.part();
    numbers.forEach(json::put);
    return json;
  }
}

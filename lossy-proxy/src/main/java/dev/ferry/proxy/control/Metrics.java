package dev.ferry.proxy.control;

import dev.ferry.proxy.control.ProxyState.DirectionState;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** A state in the text format of Prometheus (version 0.0.4). */
final class Metrics {
  static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String PREFIX = "ferry_proxy_";

  private final ProxyState state;
  private final StringBuilder out = new StringBuilder();

  private Metrics(ProxyState state) {
    this.state = state;
  }

  static String of(ProxyState state) {
    Metrics metrics = new Metrics(state);
    metrics.total("received_datagrams", "Datagrams that came in.", DirectionState::received);
    metrics.total(
        "received_bytes", "Payload that came in, in bytes.", DirectionState::receivedBytes);
    metrics.total(
        "sent_datagrams", "Datagrams that went out, copies included.", DirectionState::sent);
    metrics.totals(
        "dropped_datagrams", "Datagrams that were dropped.", "reason", DirectionState::dropped);
    metrics.totals(
        "impaired_datagrams", "Datagrams that were tampered with.", "by", DirectionState::impaired);
    metrics.gauge("flows", "Clients that are known.", state.flows());
    metrics.gauge("queued_datagrams", "Datagrams inside.", state.queued());
    metrics.gauge("paused", "Whether everything is held back.", state.paused() ? 1 : 0);
    metrics.gauge("blackhole", "Whether everything is dropped.", state.blackhole() ? 1 : 0);
    return metrics.out.toString();
  }

  private void total(String name, String help, ToLongFunction<DirectionState> value) {
    head(name + "_total", help, "counter");
    sample(name + "_total", "direction=\"up\"", value.applyAsLong(state.up()));
    sample(name + "_total", "direction=\"down\"", value.applyAsLong(state.down()));
  }

  private void totals(
      String name, String help, String label, Function<DirectionState, Map<String, Long>> values) {
    head(name + "_total", help, "counter");
    samples(name + "_total", "up", label, values.apply(state.up()));
    samples(name + "_total", "down", label, values.apply(state.down()));
  }

  private void samples(String name, String direction, String label, Map<String, Long> values) {
    values.forEach(
        (key, value) ->
            sample(name, "direction=\"" + direction + "\"," + label + "=\"" + key + "\"", value));
  }

  private void gauge(String name, String help, long value) {
    head(name, help, "gauge");
    out.append(PREFIX).append(name).append(' ').append(value).append('\n');
  }

  private void head(String name, String help, String type) {
    out.append("# HELP ").append(PREFIX).append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(PREFIX).append(name).append(' ').append(type).append('\n');
  }

  private void sample(String name, String labels, long value) {
    out.append(PREFIX).append(name).append('{').append(labels).append("} ");
    out.append(value).append('\n');
  }
}

package dev.ferry.storage;

import dev.ferry.protocol.EngineThread;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What is to be told on engines' threads once a round is over: one task for all that one thread is
 * told in a row. Not thread-safe.
 */
final class EngineCalls {
  private final List<Call> calls = new ArrayList<>();

  private record Call(EngineThread thread, LongConsumer told) {}

  /** Tells something later. */
  void add(EngineThread thread, LongConsumer told) {
    calls.add(new Call(thread, told));
  }

  /** Tells all of it now. */
  void send() {
    int from = 0;
    while (from < calls.size()) {
      EngineThread thread = calls.get(from).thread();
      int to = from + 1;
      while (to < calls.size() && calls.get(to).thread() == thread) {
        to++;
      }
      List<Call> together = List.copyOf(calls.subList(from, to));
      thread.execute(nowNs -> together.forEach(call -> call.told().accept(nowNs)));
      from = to;
    }
    calls.clear();
  }
}

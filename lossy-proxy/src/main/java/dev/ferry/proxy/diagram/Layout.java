package dev.ferry.proxy.diagram;

import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.diagram.Step.Arrive;
import dev.ferry.proxy.diagram.Step.Band;
import dev.ferry.proxy.diagram.Step.Replay;
import dev.ferry.proxy.diagram.Step.Send;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where everything is. Heights follow the time, but nothing comes so close to anything else that
 * its text could not be read: labels that would touch push what is below them down.
 */
final class Layout {
  static final double WIDTH = 940;
  static final double CLIENT_X = 170;
  static final double SERVER_X = 840;

  /** Where arrows that get lost end, and where marks on arrows are: beside all labels. */
  static final double MIDDLE = 0.52;

  /** How much of an arrow's width its label may take, in columns. */
  static final int LABEL_COLUMNS = 42;

  static final double BAND_PX = 30;

  private static final double SEND_TO_SEND_PX = 24;
  private static final double ARRIVE_TO_SEND_PX = 20;
  private static final double ARRIVE_TO_ARRIVE_PX = 8;
  private static final double TO_BAND_PX = 12;
  private static final double BAND_TO_SEND_PX = 26;
  private static final double BAND_TO_ARRIVE_PX = 8;

  private final List<Step> steps;
  private final Scale scale;
  private final double topY;
  private final double[] ys;
  private final double[] pushed;
  private final Map<Object, Integer> indexes = new HashMap<>();

  private Layout(List<Step> steps, Scale scale, double topY) {
    this.steps = steps;
    this.scale = scale;
    this.topY = topY;
    this.ys = new double[steps.size()];
    this.pushed = new double[steps.size()];
    for (int i = 0; i < steps.size(); i++) {
      indexes.put(key(steps.get(i)), i);
    }
  }

  /** What an arrow needs to find its end. */
  private static Object key(Step step) {
    if (step instanceof Send send) {
      return send.datagram();
    } else if (step instanceof Arrive arrive) {
      return arrive.hop();
    }
    return step;
  }

  /** Finds a place for all steps, the first one at some height. */
  static Layout of(List<Step> steps, Scale scale, double topY) {
    Layout layout = new Layout(steps, scale, topY);
    layout.place();
    LabelPusher.separate(layout, layout.pushed);
    return layout;
  }

  /** Computes all heights anew. */
  void place() {
    double y = topY;
    double lastSendY = Double.NEGATIVE_INFINITY;
    double bandY = Double.NEGATIVE_INFINITY;
    Map<Direction, Double> lastArriveY = new EnumMap<>(Direction.class);
    for (int i = 0; i < ys.length; i++) {
      Step step = steps.get(i);
      y += i == 0 ? 0 : scale.pixels(step.gapNs());
      if (step instanceof Arrive arrive) {
        Direction direction = arrive.datagram().direction();
        y = Math.max(y, arrived(lastArriveY, direction) + ARRIVE_TO_ARRIVE_PX);
        y = Math.max(y, bandY + BAND_TO_ARRIVE_PX) + pushed[i];
        lastArriveY.put(direction, y);
      } else if (step instanceof Band) {
        y += i == 0 ? 0 : TO_BAND_PX;
        y += pushed[i];
      } else {
        // Whose answer it is comes from the other direction, at the place where this one begins.
        Direction other = from(step) == Direction.UP ? Direction.DOWN : Direction.UP;
        y = Math.max(y, arrived(lastArriveY, other) + ARRIVE_TO_SEND_PX);
        y = Math.max(y, lastSendY + SEND_TO_SEND_PX);
        y = Math.max(y, bandY + BAND_TO_SEND_PX) + pushed[i];
        lastSendY = y;
      }
      ys[i] = y;
      if (step instanceof Band) {
        y += BAND_PX;
        bandY = y;
      }
    }
  }

  private static double arrived(Map<Direction, Double> lastArriveY, Direction direction) {
    return lastArriveY.getOrDefault(direction, Double.NEGATIVE_INFINITY);
  }

  private static Direction from(Step step) {
    return step instanceof Replay replay
        ? replay.datagram().direction()
        : ((Send) step).datagram().direction();
  }

  List<Step> steps() {
    return steps;
  }

  Scale scale() {
    return scale;
  }

  /** The height of a step. */
  double y(int step) {
    return ys[step];
  }

  /** The height of the last step's lowest point. */
  double bottomY() {
    int last = ys.length - 1;
    return ys[last] + (steps.get(last) instanceof Band ? BAND_PX : 0);
  }

  /** Where a datagram ends on one of its ways; null if it never gets there. */
  @Nullable Double arrivalY(Hop hop) {
    Integer step = indexes.get(hop);
    return step == null ? null : ys[step];
  }

  /** The label of a step, or null if it has none. */
  @Nullable Label label(int step) {
    if (steps.get(step) instanceof Send send) {
      return Labels.of(send.datagram(), ys[step], Arrows.end(this, send.datagram(), ys[step]));
    } else if (steps.get(step) instanceof Replay replay) {
      return Labels.ofReplay(replay, ys[step], arrivalY(replay.hop()));
    } else if (steps.get(step) instanceof Band band) {
      return Labels.of(band.fold(), ys[step]);
    }
    return null;
  }
}

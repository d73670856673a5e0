package dev.ferry.cli;

import com.beust.jcommander.IStringConverter;
import com.beust.jcommander.ParameterException;

/**
 * A time as the value of an option.
 *
 * @param nanos not negative
 */
public record TimeSpan(long nanos) {
  /** The time for help texts, in a form that can be read back. */
  @Override
  public String toString() {
    return Units.exactNanos(nanos);
  }

  /** Reads a time for JCommander. */
  public static final class Converter implements IStringConverter<TimeSpan> {
    @Override
    public TimeSpan convert(String value) {
      try {
        return new TimeSpan(Units.parseNanos(value));
      } catch (NumberFormatException e) {
        throw new ParameterException("'" + value + "' is not a time: " + e.getMessage());
      }
    }
  }
}

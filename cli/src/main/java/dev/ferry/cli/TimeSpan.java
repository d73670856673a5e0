package dev.ferry.cli;

import com.beust.jcommander.IStringConverter;
import com.beust.jcommander.ParameterException;

/**
 * A time as an option's value.
 *
 * @param nanos not negative
 */
public record TimeSpan(long nanos) {
  /** For help texts, in the form in which it is read. */
  @Override
  public String toString() {
    return Units.exactNanos(nanos);
  }

  /** Reads it for JCommander. */
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

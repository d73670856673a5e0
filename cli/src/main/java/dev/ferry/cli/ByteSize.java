package dev.ferry.cli;

import com.beust.jcommander.IStringConverter;
import com.beust.jcommander.ParameterException;

/**
 * A size as an option's value.
 *
 * @param bytes not negative
 */
public record ByteSize(long bytes) {
  /** For help texts, in the form in which it is read. */
  @Override
  public String toString() {
    return Units.exactBytes(bytes);
  }

  /** Reads it for JCommander. */
  public static final class Converter implements IStringConverter<ByteSize> {
    @Override
    public ByteSize convert(String value) {
      try {
        return new ByteSize(Units.parseBytes(value));
      } catch (NumberFormatException e) {
        throw new ParameterException("'" + value + "' is not a size: " + e.getMessage());
      }
    }
  }
}

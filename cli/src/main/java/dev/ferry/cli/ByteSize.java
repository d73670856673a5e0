package dev.ferry.cli;

import com.beust.jcommander.IStringConverter;
import com.beust.jcommander.ParameterException;

/**
 * A size as the value of an option.
 *
 * @param bytes not negative
 */
public record ByteSize(long bytes) {
  /** The size for help texts, in a form that can be read back. */
  @Override
  public String toString() {
    return Units.exactBytes(bytes);
  }

  /** Reads a size for JCommander. */
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

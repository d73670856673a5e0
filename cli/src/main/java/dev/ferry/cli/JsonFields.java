package dev.ferry.cli;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The members of a JSON object; asking for one that is missing or of another type fails. */
public final class JsonFields {
  private final Map<?, ?> members;

  private JsonFields(Map<?, ?> members) {
    this.members = members;
  }

  /**
   * Reads an object, and nothing but one.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static JsonFields parse(String json) {
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(Strictness.STRICT);
      JsonFields fields = new JsonFields(object(reader));
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new IllegalArgumentException("there is something behind the object");
      }
      return fields;
    } catch (IOException | IllegalStateException e) {
      throw new IllegalArgumentException("it is not a JSON object", e);
    }
  }

  private static Map<String, Object> object(JsonReader reader) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      if (members.put(name, value(reader)) != null) {
        throw new IllegalArgumentException("'" + name + "' is there twice");
      }
    }
    reader.endObject();
    return members;
  }

  private static Object value(JsonReader reader) throws IOException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> object(reader);
      case BEGIN_ARRAY -> array(reader);
      case STRING -> reader.nextString();
      case NUMBER -> numeric(reader.nextString());
      case BOOLEAN -> reader.nextBoolean();
      default -> throw new IllegalArgumentException("there is a value of a wrong type");
    };
  }

  /** A whole number, or one with a fraction. */
  private static Object numeric(String text) {
    if (text.matches("-?[0-9]+")) {
      return Long.valueOf(text);
    }
    return Double.valueOf(text);
  }

  private static List<Object> array(JsonReader reader) throws IOException {
    List<Object> values = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      values.add(value(reader));
    }
    reader.endArray();
    return values;
  }

  private <T> @Nullable T optional(String name, Class<T> type) {
    Object value = members.get(name);
    if (value != null && !type.isInstance(value)) {
      throw new IllegalArgumentException("'" + name + "' is of a wrong type");
    }
    return type.cast(value);
  }

  private <T> T required(String name, Class<T> type) {
    T value = optional(name, type);
    if (value == null) {
      throw new IllegalArgumentException("'" + name + "' is missing");
    }
    return value;
  }

  /** A string. */
  public String text(String name) {
    return required(name, String.class);
  }

  /** A string, or null. */
  public @Nullable String optionalText(String name) {
    return optional(name, String.class);
  }

  /** A number that is not negative. */
  public long number(String name) {
    required(name, Long.class);
    return Objects.requireNonNull(optionalNumber(name));
  }

  /** A number that is not negative, or null. */
  public @Nullable Long optionalNumber(String name) {
    Long value = optional(name, Long.class);
    if (value != null && value < 0) {
      throw new IllegalArgumentException("'" + name + "' is negative");
    }
    return value;
  }

  /** A number that is not negative and not above 2^31 − 1. */
  public int count(String name) {
    long value = number(name);
    if (value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("'" + name + "' is too large");
    }
    return (int) value;
  }

  /** A number of any kind; not a number if it is missing. */
  public double decimal(String name) {
    Number value = optional(name, Number.class);
    return value == null ? Double.NaN : value.doubleValue();
  }

  /** Whether there is such a member. */
  public boolean has(String name) {
    return members.containsKey(name);
  }

  /** A constant by its name in lower case. */
  public <E extends Enum<E>> E constant(String name, Class<E> type) {
    String value = text(name);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("'" + name + "' has an unknown value");
  }

  /** An object, or null. */
  public @Nullable JsonFields optionalObject(String name) {
    Map<?, ?> object = optional(name, Map.class);
    return object == null ? null : new JsonFields(object);
  }

  /** A list of objects. */
  public List<JsonFields> objects(String name) {
    List<JsonFields> result = new ArrayList<>();
    for (Object value : required(name, List.class)) {
      if (!(value instanceof Map<?, ?> object)) {
        throw new IllegalArgumentException("'" + name + "' is of a wrong type");
      }
      result.add(new JsonFields(object));
    }
    return result;
  }
}

package dev.ferry.netsim;

/**
 * Random numbers by position: each is a function of the seed, a stream and an index, so that what
 * is drawn for one property of a packet does not depend on which other properties are in use. The
 * bits are those of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
 * generators", 2014); the transcendental functions are {@link StrictMath}'s, so every machine draws
 * the same. Immutable.
 */
final class PositionalRandom {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
  private static final double UNIT = 0x1.0p-53;

  private final long seed;

  PositionalRandom(long seed) {
    this.seed = mix(seed + GOLDEN_GAMMA);
  }

  /** 64 random bits. */
  long bits(Stream stream, long index) {
    return mix(mix(seed + stream.salt * GOLDEN_GAMMA) + (index + 1) * GOLDEN_GAMMA);
  }

  /** Uniform in [0, 1). */
  double uniform(Stream stream, long index) {
    return (bits(stream, index) >>> 11) * UNIT;
  }

  /** Whether an event of the given probability happens. */
  boolean happens(double probability, Stream stream, long index) {
    return probability > 0 && uniform(stream, index) < probability;
  }

  /** Uniform in 0 … bound − 1. */
  int below(int bound, Stream stream, long index) {
    return (int) (uniform(stream, index) * bound);
  }

  /** Standard normal (Box and Muller, 1958); uses two indices of the stream. */
  double normal(Stream stream, long index) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(stream, 2 * index)));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform(stream, 2 * index + 1));
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** What a number is drawn for. The salts are part of what a seed means: never change one. */
  enum Stream {
    LOSS(1),
    JITTER(2),
    REORDER(3),
    DUPLICATE(4),
    CORRUPT(5),
    CORRUPT_BIT(6),
    TRUNCATE(7),
    TRUNCATE_LENGTH(8),
    REPLAY(9),
    REPLAY_WHICH(10);

    private final long salt;

    Stream(long salt) {
      this.salt = salt;
    }
  }
}

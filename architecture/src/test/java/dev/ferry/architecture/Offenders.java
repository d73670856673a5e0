package dev.ferry.architecture;

import dev.ferry.clock.NanoClock;
import dev.ferry.clock.WallClock;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Classes that each break one taboo, for the test of the walls. Never run. */
final class Offenders {
  private Offenders() {}

  static final class Socket {
    Object offend() throws IOException {
      return new DatagramSocket();
    }
  }

  static final class Channel {
    Object offend() throws IOException {
      return DatagramChannel.open();
    }
  }

  static final class LookUp {
    Object offend() throws IOException {
      return InetAddress.getByName("localhost");
    }
  }

  static final class LookUpInPassing {
    Object offend() {
      return new InetSocketAddress("localhost", 1);
    }
  }

  static final class FileOfOld {
    Object offend() throws IOException {
      return new FileInputStream("x");
    }
  }

  static final class FileOfToday {
    Object offend() {
      return Path.of("x");
    }
  }

  static final class AThread {
    Object offend() {
      return Thread.currentThread();
    }
  }

  static final class Executor {
    Object offend() {
      return Executors.newCachedThreadPool();
    }
  }

  static final class Waiter {
    synchronized void offend() {
      notifyAll();
    }
  }

  static final class ClockOfTheMachine {
    long offend() {
      return System.nanoTime();
    }
  }

  static final class ClockByReference {
    LongSupplier offend() {
      return System::currentTimeMillis;
    }
  }

  static final class ClockOfTheHouse {
    long offend(NanoClock clock) {
      return clock.nanoTime();
    }
  }

  static final class DateOfTheHouse {
    long offend() {
      return WallClock.epochNanos();
    }
  }

  static final class Date {
    Object offend() {
      return LocalDate.EPOCH;
    }
  }

  static final class Unseeded {
    Object offend() {
      return new Random();
    }
  }

  static final class UnseededByReference {
    Supplier<Random> offend() {
      return Random::new;
    }
  }

  static final class Secure {
    Object offend() {
      return new SecureRandom();
    }
  }

  static final class OfTheThread {
    int offend() {
      return ThreadLocalRandom.current().nextInt();
    }
  }

  static final class Printer {
    void offend() {
      System.out.println("x");
    }
  }

  static final class Logger {
    Object offend() {
      return System.getLogger("x");
    }
  }

  static final class Tracer {
    void offend(IOException e) {
      e.printStackTrace();
    }
  }

  /** Uses what is allowed. */
  static final class Innocent {
    Object behave(InetSocketAddress address, byte[] ip) throws IOException {
      System.arraycopy(ip, 0, ip, 0, 1);
      ByteBuffer buffer = ByteBuffer.allocate(new Random(1).nextInt(9));
      InetSocketAddress other = new InetSocketAddress(InetAddress.getByAddress(ip), 1);
      return address.equals(other) ? buffer : InetSocketAddress.createUnresolved("x", 1);
    }
  }
}

package dev.ferry.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayDeque;
import java.util.Queue;

/** The system's calls, some of which fail as the test says. */
final class ScriptedCalls implements SocketCalls {
  private final SocketCalls system;

  /** Errors of the next calls that send; nothing is sent then. */
  final Queue<Integer> sendErrors = new ArrayDeque<>();

  boolean hasDescriptors = true;
  int sends;

  /** Errors of the next calls that receive. */
  final Queue<Integer> receiveErrors = new ArrayDeque<>();

  int receives;
  private int error;

  ScriptedCalls(SocketCalls system) {
    this.system = system;
  }

  @Override
  public long sendmsg(int fd, long message, int flags) {
    sends++;
    return fails(sendErrors) ? -1 : noteError(system.sendmsg(fd, message, flags));
  }

  @Override
  public int recvmmsg(int fd, long messages, int count, int flags) {
    receives++;
    return fails(receiveErrors) ? -1 : (int) noteError(system.recvmmsg(fd, messages, count, flags));
  }

  private boolean fails(Queue<Integer> errors) {
    Integer scripted = errors.poll();
    error = scripted == null ? 0 : scripted;
    return scripted != null;
  }

  private long noteError(long result) {
    error = result < 0 ? system.lastError() : 0;
    return result;
  }

  @Override
  public boolean setOption(int fd, int level, int option, int value) {
    return system.setOption(fd, level, option, value);
  }

  @Override
  public int lastError() {
    return error;
  }

  @Override
  public int descriptorOf(DatagramChannel channel) throws IOException {
    if (!hasDescriptors) {
      throw new IOException("no file descriptor");
    }
    return system.descriptorOf(channel);
  }

  @Override
  public long addressOf(ByteBuffer direct) {
    return system.addressOf(direct);
  }

  @Override
  public int option(int fd, int level, int option) {
    return system.option(fd, level, option);
  }

  @Override
  public String describe(int errno) {
    return system.describe(errno);
  }
}

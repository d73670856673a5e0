package dev.ferry.examples.buffered;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.examples.support.Incoming;
import dev.ferry.framing.MessageDecoder;
import dev.ferry.framing.MessageEncoder;
import dev.ferry.framing.StreamFraming;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Strings over a connection, each with its length in bytes before it. Not thread-safe. */
final class MessageStream {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final MessageEncoder ENCODER = StreamFraming.LENGTH.encoder();

  private final MessageDecoder decoder = StreamFraming.LENGTH.decoder(MAX_MESSAGE_BYTES);
  private final Incoming incoming;
  private final OutputStream outgoing;

  /**
   * Uses a connection.
   *
   * @param bufferBytes how much to read at once at most; messages may be longer
   */
  MessageStream(Socket socket, int bufferBytes) throws IOException {
    this.incoming = new Incoming(socket.getInputStream(), bufferBytes);
    this.outgoing = socket.getOutputStream();
  }

  /** Writes a message. */
  void write(String message) throws IOException {
    byte[] content = message.getBytes(UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(ENCODER.maxEncodedLength(content.length));
    ENCODER.encode(ByteBuffer.wrap(content), frame);
    outgoing.write(frame.array(), 0, frame.position());
  }

  /**
   * Reads a message; waits for it.
   *
   * @return null at the end of the stream
   */
  @Nullable String read() throws IOException {
    // Only a whole message is decoded: a piece might end within a character.
    ByteBuffer message = incoming.message(decoder);
    return message == null ? null : UTF_8.decode(message).toString();
  }
}

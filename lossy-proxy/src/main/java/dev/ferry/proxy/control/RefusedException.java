package dev.ferry.proxy.control;

/** A request cannot be answered as asked. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * Says why.
   *
   * @param status of HTTP
   */
  RefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  Response response() {
    return Response.failure(status, String.valueOf(getMessage()));
  }
}

package dev.ferry.containers;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import org.testcontainers.images.builder.ImageFromDockerfile;

/** The image of the three programs, built once from the jars of this build. */
final class FerryImage {
  private static final String BASE =
      System.getenv().getOrDefault("FERRY_BASE", "eclipse-temurin:17-jre");

  private static final Future<String> IMAGE = image();

  private FerryImage() {}

  /** Its name, once it is built. */
  static Future<String> name() {
    return IMAGE;
  }

  private static Future<String> image() {
    Path home = Path.of(System.getProperty("ferry.lossy-proxy.jar"), "../../..").normalize();
    ImageFromDockerfile image =
        new ImageFromDockerfile()
            .withFileFromPath("Dockerfile", home.resolve("docker/Dockerfile"))
            .withBuildArg("BASE", BASE);
    for (String file :
        List.of(
            "server/target/server.jar",
            "client/target/client.jar",
            "lossy-proxy/target/lossy-proxy.jar")) {
      image.withFileFromPath(file, home.resolve(file));
    }
    return image;
  }
}

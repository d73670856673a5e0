package dev.ferry.proxy;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium for the tests of a class. Where there is none they are skipped, saying so;
 * with the property {@code ferry.require.chromium} they fail there instead.
 */
final class Chromium implements BeforeAllCallback, AfterAllCallback {
  private static final String REQUIRED = "ferry.require.chromium";

  /**
   * The browser breaks off what it is loading when a network interface of the machine comes or
   * goes, as those of containers do. The page asks again.
   */
  private static final String INTERFACES_CHANGED = "net::ERR_NETWORK_CHANGED";

  /** Warns of a browser whose DevTools it does not know, which nobody asked for. */
  private static final Logger CHATTER =
      Logger.getLogger("org.openqa.selenium.devtools.CdpVersionFinder");

  private ChromeDriver driver;

  @Override
  public void beforeAll(ExtensionContext context) {
    Optional<File> browser = find("chromium");
    Optional<File> driverProgram = find("chromedriver");
    if (browser.isEmpty() || driverProgram.isEmpty()) {
      if (Boolean.getBoolean(REQUIRED)) {
        fail("there is no chromium with its chromedriver, and -D" + REQUIRED + "=true");
      }
      String test = context.getDisplayName();
      System.out.println(test + " is skipped: it needs chromium and chromedriver");
      assumeTrue(false, "there is no chromium");
    }
    CHATTER.setLevel(Level.SEVERE);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(driverProgram.get())
            .usingAnyFreePort()
            .withSilent(true)
            .build();
    driver = new ChromeDriver(service, options(browser.get()));
  }

  private static Optional<File> find(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(path)
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .map(Path::toFile)
        .findFirst();
  }

  private static ChromeOptions options(File browser) {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    return options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--window-size=1280,1100");
  }

  /** Opens a page, and forgets what the console said about the one before. */
  void open(String url) {
    driver.get(url);
    console();
  }

  /** The element with this id. */
  WebElement element(String id) {
    return driver.findElement(By.id(id));
  }

  List<WebElement> elements(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Gives the browser a command of its DevTools protocol. */
  void command(String name, Map<String, Object> parameters) {
    driver.executeCdpCommand(name, parameters);
  }

  /** What the console has said of the page since it was last asked. */
  List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .filter(message -> !message.contains(INTERFACES_CHANGED))
        .toList();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (driver != null) {
      driver.quit();
    }
  }
}

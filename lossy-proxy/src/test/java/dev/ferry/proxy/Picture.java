package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Rectangle2D;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A picture, as one who looks at it sees it: what it says, and where. */
final class Picture {
  private static final Pattern PLACE =
      Pattern.compile("translate\\(([0-9.]+) ([0-9.]+)\\) rotate\\((-?[0-9.]+)\\)");

  /** The width of a character of a fixed-width font, per pixel of its size. */
  private static final double MONOSPACE = 0.602;

  private final Element svg;

  Picture(String document) {
    try {
      this.svg =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(document.getBytes(UTF_8)))
              .getDocumentElement();
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new AssertionError(document, e);
    }
  }

  /** A text and the room that it takes. */
  record Text(String text, Area area) {
    double y() {
      return area.getBounds2D().getCenterY();
    }

    /** Whether the two overlap by more than a hair. */
    boolean touches(Text other) {
      Area common = new Area(area);
      common.intersect(other.area);
      Rectangle2D bounds = common.getBounds2D();
      return bounds.getWidth() > 0.5 && bounds.getHeight() > 0.5;
    }
  }

  double width() {
    return number(svg, "width");
  }

  double height() {
    return number(svg, "height");
  }

  /** What stands on the arrows. */
  List<Text> labels() {
    List<Text> labels = new ArrayList<>();
    for (Element group : elements("g", "label")) {
      Element text = (Element) group.getElementsByTagName("text").item(0);
      Matcher place = PLACE.matcher(group.getAttribute("transform"));
      if (!place.matches()) {
        throw new AssertionError(group.getAttribute("transform"));
      }
      double width = columns(text.getTextContent()) * 12 * MONOSPACE;
      width += text.getElementsByTagName("tspan").getLength() > 0 ? 14.6 : 0;
      boolean end = text.getAttribute("text-anchor").equals("end");
      AffineTransform transform = new AffineTransform();
      transform.translate(number(place.group(1)), number(place.group(2)));
      transform.rotate(Math.toRadians(number(place.group(3))));
      Rectangle2D box = new Rectangle2D.Double(end ? -width : 0, -9, width, 11.5);
      Area area = new Area(transform.createTransformedShape(box));
      labels.add(new Text(text.getTextContent(), area));
    }
    return labels;
  }

  private static double columns(String text) {
    return text.codePoints().map(c -> c >= 0x1100 && (c < 0x2000 || c >= 0x2070) ? 2 : 1).sum();
  }

  /** What stands in bands. */
  List<Text> bands() {
    return upright("fold", 12, 0.5);
  }

  /** What stands beside the axis. */
  List<Text> times() {
    return upright("time", 11, 1);
  }

  /** Times that are cut out. */
  List<Text> idle() {
    return upright("idle", 11, 1);
  }

  private List<Text> upright(String type, double size, double leftShare) {
    List<Text> texts = new ArrayList<>();
    for (Element text : elements("text", type)) {
      double width = columns(text.getTextContent()) * size * MONOSPACE;
      double left = number(text, "x") - width * leftShare;
      Rectangle2D box =
          new Rectangle2D.Double(left, number(text, "y") - 0.75 * size, width, 0.95 * size);
      texts.add(new Text(text.getTextContent(), new Area(box)));
    }
    return texts;
  }

  /** What is shown when the pointer is over an arrow; one for each datagram that is drawn. */
  List<String> datagrams() {
    List<String> titles = new ArrayList<>();
    for (Element group : elements("g", "message")) {
      NodeList title = group.getElementsByTagName("title");
      if (title.getLength() > 0) {
        titles.add(title.item(0).getTextContent());
      }
    }
    return titles;
  }

  /** How many datagrams of a direction are in bands. */
  long folded(String direction) {
    return elements("g", "folded").stream()
        .mapToLong(group -> Long.parseLong(group.getAttribute("data-" + direction)))
        .sum();
  }

  /** How many elements of a class the picture has, its legend not counted. */
  long count(String type) {
    return elements("*", type).stream()
        .filter(
            element -> !((Element) element.getParentNode()).getAttribute("class").equals("legend"))
        .count();
  }

  /** All that is written below the drawing. */
  String legend() {
    return elements("g", "legend").get(0).getTextContent();
  }

  String title() {
    return elements("text", "title").get(0).getTextContent();
  }

  private List<Element> elements(String tag, String type) {
    List<Element> result = new ArrayList<>();
    NodeList all = svg.getElementsByTagName(tag);
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      if (List.of(element.getAttribute("class").split(" ", -1)).contains(type)) {
        result.add(element);
      }
    }
    return result;
  }

  private static double number(Element element, String attribute) {
    return number(element.getAttribute(attribute));
  }

  private static double number(String text) {
    return Double.parseDouble(text);
  }
}

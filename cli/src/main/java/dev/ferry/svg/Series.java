package dev.ferry.svg;

/**
 * A line of a chart. Where a value is not a number the line is broken.
 *
 * @param name as in the legend; empty if the legend leaves it out
 * @param style a class of the picture's style
 * @param points its values by time
 */
public record Series(String name, String style, Points points) {}

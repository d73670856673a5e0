package dev.ferry.cli;

/**
 * What an option stands for, such as {@code --loss 10%} for {@code --both loss=10%}.
 *
 * @param option the name of another option
 * @param prefix what comes before the value
 */
public record OptionAlias(String option, String prefix) {}

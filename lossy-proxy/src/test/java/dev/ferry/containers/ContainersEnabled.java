package dev.ferry.containers;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips a class of tests, saying so, unless the property {@code ferry.containers} is true; then
 * they fail where there is no engine.
 */
final class ContainersEnabled implements ExecutionCondition {
  private static final String PROPERTY = "ferry.containers";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (Boolean.getBoolean(PROPERTY)) {
      return ConditionEvaluationResult.enabled("asked for");
    }
    String reason =
        context.getDisplayName()
            + " is skipped: it needs a Docker engine; docker/with-engine.sh ./mvnw verify -D"
            + PROPERTY
            + "=true runs it";
    System.out.println(reason);
    return ConditionEvaluationResult.disabled(reason);
  }
}

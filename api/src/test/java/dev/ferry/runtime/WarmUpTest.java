package dev.ferry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmUpTest {
  @Test
  void shouldCompleteAnUpload() {
    assertThat(new WarmUp().run()).isTrue();
  }
}

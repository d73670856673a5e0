package dev.ferry.clock;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Exempts a class from the ban on reading the machine's clock. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@interface TheOneClock {}

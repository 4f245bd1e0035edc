/// Kith in a Spring Boot application.
@NullMarked
package dev.kith.spring.boot;

import org.jspecify.annotations.NullMarked;

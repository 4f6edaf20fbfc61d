/**
 * Both roles in a Spring Boot application: {@link dev.atr.spring.boot.starter.AtrProducerAutoConfiguration} serves the lists
 * of a {@code ProducerBackend} bean, {@link dev.atr.spring.boot.starter.AtrConsumerAutoConfiguration} connects to the
 * payers that properties name. Everything that is made gives way to a bean of the host's, and ends with the context.
 */
@NullMarked
package dev.atr.spring.boot.starter;

import org.jspecify.annotations.NullMarked;

package dev.atr.spring.boot.starter;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Holds when any property below a name is set. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Conditional(ConditionalOnSettings.OnSettings.class)
@interface ConditionalOnSettings {
    /** Returns the name, such as {@code atr.consumer.payers}. */
    String value();

    /** Looks. */
    final class OnSettings extends SpringBootCondition {
        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            String prefix =
                    metadata.getAnnotations().get(ConditionalOnSettings.class).getString("value");
            boolean isSet = Binder.get(context.getEnvironment())
                    .bind(prefix, Bindable.mapOf(String.class, Object.class))
                    .isBound();
            return new ConditionOutcome(
                    isSet,
                    ConditionMessage.forCondition("settings").because(prefix + (isSet ? " is" : " is not") + " set"));
        }
    }
}

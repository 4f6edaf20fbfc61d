package dev.atr.requirements;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the requirements that a test shows, as numbered in {@code requirements.csv} beside this class.
 *
 * <p>On a method it speaks for that test; on a class for every test in it, nested and inherited ones included. A test
 * method inherited from a contract class keeps the requirements that it names there.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Requirement {
    /**
     * The requirements by number.
     *
     * @return one or more ids such as {@code ATR-EXP-011}
     */
    String[] value();
}

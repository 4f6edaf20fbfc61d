package dev.atr.cli;

import dev.atr.cli.sample.SamplePayer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the value of {@code --sample}: a number of members, or the word for a small one. */
final class SampleSize implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        if (text.equals("small")) {
            return SamplePayer.SMALL;
        }
        try {
            int members = Integer.parseInt(text);
            if (members >= 1 && members <= SamplePayer.MAX_MEMBERS) {
                return members;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new TypeConversionException(
                "expected 'small' or a number from 1 to " + SamplePayer.MAX_MEMBERS + " but was '" + text + "'");
    }
}

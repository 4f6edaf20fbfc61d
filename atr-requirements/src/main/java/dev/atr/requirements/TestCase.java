package dev.atr.requirements;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * One test as it ran, from a Surefire report. Each row of a parameterized test is a case of its own.
 *
 * @param method the method's name; empty when the class as a whole failed or was skipped
 * @param reason why it was skipped; empty otherwise
 */
record TestCase(String className, String method, Outcome outcome, String reason) {
    enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }

    /** Reads one {@code TEST-*.xml}. */
    static List<TestCase> read(Path report) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        List<TestCase> cases = new ArrayList<>();
        try (InputStream in = Files.newInputStream(report)) {
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT
                        && xml.getLocalName().equals("testcase")) {
                    cases.add(readCase(xml));
                }
            }
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException(report.getFileName() + " is not a readable report", e);
        }
        return List.copyOf(cases);
    }

    private static TestCase readCase(XMLStreamReader xml) throws XMLStreamException {
        String className = attribute(xml, "classname");
        String method = methodName(attribute(xml, "name"));
        Outcome outcome = Outcome.PASSED;
        String reason = "";
        while (!(xml.next() == XMLStreamConstants.END_ELEMENT
                && xml.getLocalName().equals("testcase"))) {
            if (!xml.isStartElement()) {
                continue;
            }
            switch (xml.getLocalName()) {
                case "failure", "error" -> outcome = Outcome.FAILED;
                case "skipped" -> {
                    outcome = Outcome.SKIPPED;
                    reason = attribute(xml, "message");
                    if (reason.isEmpty()) {
                        reason = assumption(xml.getElementText());
                    }
                }
                default -> {} // output, and attempts that a later one made good
            }
        }
        return new TestCase(className, method, outcome, reason);
    }

    private static String attribute(XMLStreamReader xml, String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? "" : value;
    }

    /** {@code rows(int, String)[2]} is the method {@code rows}; a class that could not start or end has a name set. */
    private static String methodName(String name) {
        return switch (name) {
            case "initializationError", "executionError" -> "";
            default -> name.replaceFirst("[(\\[].*", "");
        };
    }

    /** A failed assumption is reported as its exception; the first line holds the message. */
    private static String assumption(String trace) {
        String first = trace.strip().lines().findFirst().orElse("");
        return first.replaceFirst("^[\\w.$]+: ", "").replaceFirst("^Assumption failed: ", "");
    }
}

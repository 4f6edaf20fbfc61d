package dev.atr.cli.load;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.ResourceKey;
import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Looks through an XML document before a FHIR parser sees it, and refuses what such a parser falls over: document types
 * and entities, deep nesting, numbers of astronomical size, ids that are none. Keeps nothing; names line and column.
 */
final class XmlGuard {
    /** Deepest nesting, narrative included: 100. Real resources stay below 30; FHIR parsers recurse. */
    static final int MAX_DEPTH = 100;

    /** Most contained resources of one document: 100. FHIR parsers take quadratic time for them. */
    static final int MAX_CONTAINED = 100;

    private static final String FHIR = "http://hl7.org/fhir";
    private static final Set<String> DECIMALS = Set.of("valueDecimal", "latitude", "longitude", "altitude", "factor");
    private static final Set<String> QUANTITIES = Set.of(
            "valueQuantity", "valueMoney", "valueAge", "valueDuration", "low", "high", "numerator", "denominator");

    /** More digits of exponent than any measured thing has: written out, such a number fills the memory. */
    private static final Pattern HUGE = Pattern.compile(".*[eE][+-]?\\d{4,}");

    private static final int MAX_DIGITS = 128;

    private final XMLInputFactory factory = XMLInputFactory.newDefaultFactory();

    XmlGuard() {
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        // Runtimes have different limits of their own; ours is below them, and says why it refuses.
        factory.setProperty("jdk.xml.maxElementDepth", MAX_DEPTH + 1);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("nothing is read from elsewhere");
        });
    }

    /**
     * Looks through a document.
     *
     * @throws InvalidContentException when it may not pass
     */
    void check(byte[] xml) {
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
            try {
                check(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            // Its message quotes the document, so it stays behind.
            Location at = e.getLocation();
            throw new InvalidContentException("not well-formed XML" + (at == null ? "" : place(at)));
        }
    }

    private static void check(XMLStreamReader reader) throws XMLStreamException {
        if (!"UTF-8".equalsIgnoreCase(reader.getEncoding())
                || (reader.getCharacterEncodingScheme() != null
                        && !"UTF-8".equalsIgnoreCase(reader.getCharacterEncodingScheme()))) {
            throw new InvalidContentException("XML in another encoding than UTF-8");
        }
        Deque<String> open = new ArrayDeque<>();
        int contained = 0;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.DTD -> throw refuse("a document type (DOCTYPE) is not allowed", reader);
                case XMLStreamConstants.ENTITY_REFERENCE -> throw refuse("an entity is not allowed", reader);
                case XMLStreamConstants.START_ELEMENT -> {
                    if (open.isEmpty() && !FHIR.equals(reader.getNamespaceURI())) {
                        throw refuse("the root element is not of the namespace " + FHIR, reader);
                    }
                    String name = reader.getLocalName();
                    if (name.equals("contained") && ++contained > MAX_CONTAINED) {
                        throw refuse("more than " + MAX_CONTAINED + " contained resources", reader);
                    }
                    checkValue(reader, name, open.isEmpty() ? "" : open.peek());
                    open.push(name);
                    if (open.size() > MAX_DEPTH) {
                        throw refuse("more than " + MAX_DEPTH + " elements within each other", reader);
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> open.pop();
                default -> {
                    // Text and comments are the FHIR parser's business.
                }
            }
        }
    }

    private static void checkValue(XMLStreamReader reader, String name, String parent) {
        String value = reader.getAttributeValue(null, "value");
        if (value == null) {
            return;
        }
        if (name.equals("id") && !ResourceKey.isId(value)) {
            throw refuse("a logical id has 1 to 64 letters, digits, '-' or '.'", reader);
        }
        boolean decimal = DECIMALS.contains(name) || (name.equals("value") && QUANTITIES.contains(parent));
        if (decimal && (value.length() > MAX_DIGITS || HUGE.matcher(value).matches())) {
            throw refuse("a number of such size is not allowed", reader);
        }
    }

    private static InvalidContentException refuse(String rule, XMLStreamReader reader) {
        return new InvalidContentException(rule + place(reader.getLocation()));
    }

    private static String place(Location at) {
        return " at line " + at.getLineNumber() + ", column " + at.getColumnNumber();
    }
}

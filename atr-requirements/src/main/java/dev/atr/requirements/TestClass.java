package dev.atr.requirements;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a class file says about requirements. The file is read, not loaded: a report over all modules then needs none of
 * their class paths.
 *
 * @param name the binary name, with {@code $} before a nested class
 * @param supertypes superclass and interfaces by binary name
 * @param requirements what the class itself names
 * @param byMethod what its methods name; overloads are taken together, methods that name nothing are absent
 */
record TestClass(String name, List<String> supertypes, List<String> requirements, Map<String, List<String>> byMethod) {
    private static final String ANNOTATION = 'L' + Requirement.class.getName().replace('.', '/') + ';';

    TestClass {
        supertypes = List.copyOf(supertypes);
        requirements = List.copyOf(requirements);
        byMethod = Map.copyOf(byMethod);
    }

    /** Reads one class file (JVMS chapter 4). */
    static TestClass read(InputStream in) throws IOException {
        return new ClassFile(new DataInputStream(in)).read();
    }

    private static final class ClassFile {
        private final DataInputStream in;
        /** Texts by index; a class entry holds the index of its name instead. */
        private Object[] pool = {};

        ClassFile(DataInputStream in) {
            this.in = in;
        }

        TestClass read() throws IOException {
            if (in.readInt() != 0xCAFEBABE) {
                throw new IOException("not a class file");
            }
            in.skipNBytes(4); // version
            readPool();
            in.skipNBytes(2); // access flags
            String name = className(in.readUnsignedShort());
            List<String> supertypes = new ArrayList<>();
            int superclass = in.readUnsignedShort();
            if (superclass != 0) {
                supertypes.add(className(superclass));
            }
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                supertypes.add(className(in.readUnsignedShort()));
            }
            readMembers(); // fields
            Map<String, List<String>> byMethod = readMembers();
            return new TestClass(name, supertypes, readAttributes(), byMethod);
        }

        private void readPool() throws IOException {
            pool = new Object[in.readUnsignedShort()];
            for (int i = 1; i < pool.length; i++) {
                int tag = in.readUnsignedByte();
                switch (tag) {
                    case 1 -> pool[i] = in.readUTF();
                    case 7 -> pool[i] = in.readUnsignedShort();
                    case 8, 16, 19, 20 -> in.skipNBytes(2);
                    case 15 -> in.skipNBytes(3);
                    case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
                    case 5, 6 -> {
                        in.skipNBytes(8);
                        i++; // long and double take two places
                    }
                    default -> throw new IOException("unknown constant pool tag " + tag);
                }
            }
        }

        private Map<String, List<String>> readMembers() throws IOException {
            Map<String, List<String>> named = new HashMap<>();
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                in.skipNBytes(2); // access flags
                String name = text(in.readUnsignedShort());
                in.skipNBytes(2); // descriptor
                List<String> requirements = readAttributes();
                if (!requirements.isEmpty()) {
                    named.computeIfAbsent(name, key -> new ArrayList<>()).addAll(requirements);
                }
            }
            return named;
        }

        private List<String> readAttributes() throws IOException {
            List<String> requirements = new ArrayList<>();
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                String attribute = text(in.readUnsignedShort());
                int length = in.readInt();
                if (attribute.equals("RuntimeVisibleAnnotations")) {
                    for (int annotations = in.readUnsignedShort(); annotations > 0; annotations--) {
                        readAnnotation(requirements);
                    }
                } else {
                    in.skipNBytes(Integer.toUnsignedLong(length));
                }
            }
            return requirements;
        }

        private void readAnnotation(List<String> requirements) throws IOException {
            boolean ours = text(in.readUnsignedShort()).equals(ANNOTATION);
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                in.skipNBytes(2); // element name; ours has one element
                readValue(ours ? requirements : new ArrayList<>());
            }
        }

        private void readValue(List<String> texts) throws IOException {
            char tag = (char) in.readUnsignedByte();
            switch (tag) {
                case 's' -> texts.add(text(in.readUnsignedShort()));
                case 'e' -> in.skipNBytes(4);
                case '@' -> readAnnotation(new ArrayList<>());
                case '[' -> {
                    for (int left = in.readUnsignedShort(); left > 0; left--) {
                        readValue(texts);
                    }
                }
                default -> in.skipNBytes(2); // a number, a boolean or a class
            }
        }

        private String text(int index) {
            return (String) pool[index];
        }

        private String className(int index) {
            return text((Integer) pool[index]).replace('/', '.');
        }
    }
}

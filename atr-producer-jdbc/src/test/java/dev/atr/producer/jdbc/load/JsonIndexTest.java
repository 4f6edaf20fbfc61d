package dev.atr.producer.jdbc.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.producer.jdbc.load.ByteSource.Slice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonIndexTest {
    private static final JsonIndex INDEX = new JsonIndex();

    @Test
    void findsResourcesToTheByte() throws IOException {
        String first = "{ \"name\" : \"Zoë 🎈 \\\" }\", \"resourceType\":\"Patient\" }";
        String second = "{\"resourceType\":\"Group\",\"member\":[" + "{\"x\":\"ü\"},".repeat(20_000) + "{}]}";
        String bundle = "{\"resourceType\":\"Bundle\",\"entry\" : [ {\"fullUrl\":\"ä\",\"resource\" : " + first
                + " , \"search\":{}},{},\n{\"resource\":" + second + "}],\"link\":[]}";
        ByteSource source = ByteSource.ofBytes(bundle.getBytes(StandardCharsets.UTF_8));
        List<String> found = new ArrayList<>();

        INDEX.entries(
                source,
                (index, resource) -> found.add(
                        resource.isEmpty()
                                ? "none"
                                : new String(resource.get().bytes(1_000_000), StandardCharsets.UTF_8)));

        assertThat(found).containsExactly(first, "none", second);
    }

    @Test
    void findsTheTypeWhereverItStands() throws IOException {
        assertThat(type("{\"contained\":[{\"resourceType\":\"X\"}],\"resourceType\":\"Patient\"}"))
                .isEqualTo("Patient");
        assertThat(type("{\"resourceType\":{}}")).isEqualTo("none");
        assertThat(type("[]")).isEqualTo("none");
        assertThat(type("{\"id")).isEqualTo("none");
    }

    private static String type(String json) throws IOException {
        return INDEX.resourceType(Slice.all(ByteSource.ofBytes(json.getBytes(StandardCharsets.UTF_8))))
                .orElse("none");
    }
}

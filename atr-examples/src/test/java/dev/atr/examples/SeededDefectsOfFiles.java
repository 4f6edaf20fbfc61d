package dev.atr.examples;

/** What is wrong with the files of an export, and with the manifest that lists them. */
final class SeededDefectsOfFiles {
    private SeededDefectsOfFiles() {}

    static SeededDefects.Reply manifest(SeededDefects.Reply reply) {
        if (!reply.body().contains("\"transactionTime\"")) {
            return reply;
        }
        return reply.with("Content-Type", "text/plain")
                .without("Expires")
                .replacing("\"request\"", "\"x\"")
                .replacing("\"error\"", "\"y\"");
    }

    static SeededDefects.Reply otherManifest(SeededDefects.Reply reply) {
        return reply.replacing("\"transactionTime\":\"([^\"T]*)T[^\"]*\"", "\"transactionTime\":\"$1\"")
                .replacing("\"requiresAccessToken\":true", "\"requiresAccessToken\":false")
                .replacing("\"output\":\\[", "\"output\":[{\"type\":\"Basic\",\"url\":\"Basic.ndjson\",\"count\":0},");
    }

    static SeededDefects.Reply content(SeededDefects.Reply file) {
        SeededDefects.Reply changed = file.with("Content-Type", "text/plain")
                .replacing("ext-coverageReference", "ext-x")
                .replacing("ext-attributionListStatus", "ext-x")
                .replacing("(\"resourceType\":\"Coverage\".*?)\"status\":\"active\"", "$1\"status\":\"draft\"")
                .replacing("\"subscriberId\"", "\"x\"")
                .replacing("\"gender\"", "\"g\"")
                .replacing("(\"resourceType\":\"Patient\".*?)\"name\"", "$1\"n\"")
                .replacing("(\"resourceType\":\"Organization\".*?)\"active\"", "$1\"x\"");
        if (file.body().startsWith("{\"resourceType\":\"Practitioner\"")) {
            return changed.body("");
        }
        boolean isGroup = changed.body().startsWith("{\"resourceType\":\"Group\"");
        return isGroup ? changed.body(changed.body() + changed.body()) : changed;
    }
}

package dev.atr.examples.payer;

import dev.atr.auth.Scopes;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** Serves a payer's own tables to one client. */
public final class ServeLists implements AutoCloseable {
    private final Ledger state;
    private final AuthorizationServer authorization;
    private final DirectoryExportFiles files;
    private final AtrProducer producer;
    private final FhirHttpServer server;

    /** Starts serving on a port of this machine; state and export files go into a folder. */
    public ServeLists(DataSource tables, int port, ClientKeys keys, Path folder) throws IOException {
        URI base = URI.create("http://127.0.0.1:" + port + "/r4");
        ClientRegistration client = new ClientRegistration("try", keys, Scopes.READ_ALL, null, true);
        state = Ledger.open(LedgerOptions.ofDirectory(folder.resolve("state"))); // no lists in it, but used assertions
        authorization = AuthorizationServer.builder(base, ClientRegistry.of(List.of(client)))
                .replayMemory(state.replayMemory())
                .build();
        files = DirectoryExportFiles.open(folder.resolve("exports"));
        producer = AtrProducer.builder(new BackendOverOwnTables(tables))
                .baseUrl(base)
                .authorizationServer(authorization)
                .exportFiles(files)
                .build();
        server = FhirHttpServer.builder(producer)
                .mount("/r4")
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .start();
    }

    /** Serves the demo until it is stopped: port, file with the client's public keys, folder. */
    public static void main(String[] args) throws Exception {
        ClientKeys keys = ClientKeys.ofJwks(Files.readString(Path.of(args[1])));
        new ServeLists(demo(), Integer.parseInt(args[0]), keys, Path.of(args[2])); // its threads keep the process alive
        System.out.println("Producer ready");
    }

    /** Returns tables in memory with one list of three members; your own database takes its place. */
    public static DataSource demo() throws Exception {
        JdbcDataSource tables = new JdbcDataSource();
        tables.setURL("jdbc:h2:mem:payer;DB_CLOSE_DELAY=-1");
        try (Connection connection = tables.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("drop all objects");
            statement.execute("runscript from 'classpath:tables.sql'");
            statement.execute("runscript from 'classpath:demo.sql'");
        }
        return tables;
    }

    /** Ends what was started. */
    @Override
    public void close() {
        server.close();
        producer.close();
        files.close();
        authorization.close();
        state.close();
    }
}

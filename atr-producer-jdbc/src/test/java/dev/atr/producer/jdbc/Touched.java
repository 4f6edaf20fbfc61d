package dev.atr.producer.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Counts the rows that queries look at, found or not, and on PostgreSQL the pages too, since it does not tell what it skips
 * inside an index: whatever is asked through its data source is explained first, on the same connection, and the
 * database's own count is added up.
 */
final class Touched implements AutoCloseable {
    /** PostgreSQL: rows that a scan returned, in how many loops, and those that it looked at in vain. */
    private static final Pattern POSTGRESQL_SCAN =
            Pattern.compile("Scan[^\\n]* on [^\\n]*actual[^\\n]* rows=([\\d.]+) loops=(\\d+)");

    private static final Pattern POSTGRESQL_REMOVED = Pattern.compile("Rows Removed by [^:\\n]*: (\\d+)");
    private static final Pattern POSTGRESQL_PAGES = Pattern.compile("\\A[^\\n]*\\n *Buffers: shared hit=(\\d+)");
    private static final Pattern H2_SCAN = Pattern.compile("scanCount: (\\d+)");

    private final LedgerOptions options;
    private final Connection first;
    private final Dialect dialect;
    private long touched;

    Touched(LedgerOptions options) throws SQLException {
        this.options = options;
        // A database in memory ends with its last connection
        this.first = connect();
        this.dialect = Dialect.of(first);
    }

    DataSource dataSource() {
        return proxy(DataSource.class, (self, method, arguments) -> {
            if (!method.getName().equals("getConnection")) {
                throw new UnsupportedOperationException(method.getName());
            }
            return watched(connect());
        });
    }

    /** Returns how much was looked at since this was asked last. */
    long count() {
        long counted = touched;
        touched = 0;
        return counted;
    }

    @Override
    public void close() throws SQLException {
        first.close();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(Objects.requireNonNull(options.url()), options.user(), options.password());
    }

    private Connection watched(Connection connection) {
        return proxy(Connection.class, (self, method, arguments) -> {
            Object result = call(connection, method, arguments);
            return method.getName().equals("prepareStatement")
                    ? watched(connection, (PreparedStatement) result, String.valueOf(arguments[0]))
                    : result;
        });
    }

    private PreparedStatement watched(Connection connection, PreparedStatement statement, String sql) {
        Map<Integer, Object[]> parameters = new TreeMap<>();
        return proxy(PreparedStatement.class, (self, method, arguments) -> {
            if (method.getName().startsWith("set") && arguments.length == 2) {
                parameters.put((Integer) arguments[0], new Object[] {method, arguments});
            } else if (method.getName().equals("executeQuery") && sql.startsWith("select")) {
                explain(connection, sql, parameters);
            }
            return call(statement, method, arguments);
        });
    }

    private void explain(Connection connection, String sql, Map<Integer, Object[]> parameters) throws Throwable {
        StringBuilder plan = new StringBuilder();
        try (PreparedStatement explained = connection.prepareStatement(
                dialect == Dialect.H2 ? "explain analyze " + sql : "explain (analyze, buffers) " + sql)) {
            for (Object[] parameter : parameters.values()) {
                call(explained, (Method) parameter[0], (Object[]) parameter[1]);
            }
            try (ResultSet lines = explained.executeQuery()) {
                while (lines.next()) {
                    plan.append(lines.getString(1)).append('\n');
                }
            }
        }
        touched += dialect == Dialect.H2
                ? sum(H2_SCAN, plan)
                : sum(POSTGRESQL_SCAN, plan) + sum(POSTGRESQL_REMOVED, plan) + sum(POSTGRESQL_PAGES, plan);
    }

    private static long sum(Pattern pattern, CharSequence plan) {
        long sum = 0;
        for (Matcher found = pattern.matcher(plan); found.find(); ) {
            double each = Double.parseDouble(found.group(1));
            sum += Math.round(each * (found.groupCount() > 1 ? Long.parseLong(found.group(2)) : 1));
        }
        return sum;
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}

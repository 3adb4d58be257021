package io.throughline.chat.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.chat.SuiteStub;
import io.throughline.chat.conversation.TurnStore.Line;
import io.throughline.platform.access.Caller;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(SuiteStub.class)
class TurnStoreTest {

    @Inject
    TurnStore store;

    @Inject
    Sql sql;

    private final Caller caller = new Caller(Ids.next(), Ids.next(), Ids.next(), Set.of("read", "write"));

    @Test
    void opensAtTheWindowsBeginning() {
        UUID conversation = conversationOf(120, 91);
        List<Line> lines = store.open(caller, conversation).orElseThrow().newest();
        assertThat(lines).hasSize(30);
        assertThat(lines.getFirst().said()).isEqualTo(new Said(Said.Role.USER, "message 91"));
        assertThat(lines.getLast().said()).isEqualTo(new Said(Said.Role.ASSISTANT, "message 120"));
    }

    @Test
    void belongsToOneUserOfOneTenant() {
        UUID conversation = conversationOf(2, 1);
        Caller colleague = new Caller(caller.tenantId(), Ids.next(), Ids.next(), Set.of("read"));
        Caller stranger = new Caller(Ids.next(), caller.userId(), Ids.next(), Set.of("read"));
        assertThat(store.open(colleague, conversation)).isEmpty();
        assertThat(store.open(stranger, conversation)).isEmpty();
        assertThat(store.open(caller, conversation)).isPresent();
    }

    @Test
    void readsFiftyRowsOfAMillionByTheIndex() {
        UUID conversation = conversationOf(1_000_000, 1);
        conversationOf(2_000, 1);
        sql.update("""
                INSERT INTO conversation (tenant_id, user_id, id, title, message_count)
                SELECT ?, ?, uuidv7(), '\\x00', 2 FROM generate_series(1, 20000)
                """, caller.tenantId(), caller.userId());
        sql.update("ANALYZE message");
        sql.update("ANALYZE conversation");
        String plan = sql
                .list(
                        "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) " + TurnStore.OPEN,
                        row -> row.text("QUERY PLAN"),
                        50,
                        caller.tenantId(),
                        caller.userId(),
                        conversation)
                .stream()
                .collect(Collectors.joining("\n"));
        assertThat(plan)
                .containsPattern("Index Scan Backward using message_pk on message \\(actual rows=50(\\.00)? loops=1\\)")
                .doesNotContain("Seq Scan")
                .doesNotContain("Rows Removed");
        assertThat(store.open(caller, conversation).orElseThrow().newest())
                .hasSize(50)
                .last()
                .extracting(Line::position)
                .isEqualTo(1_000_000L);
    }

    private UUID conversationOf(int messages, int windowFrom) {
        UUID conversation = Ids.next();
        sql.update("""
                INSERT INTO conversation (tenant_id, user_id, id, title, message_count, window_from)
                VALUES (?, ?, ?, '\\x006c6f6e67', ?, ?)
                """, caller.tenantId(), caller.userId(), conversation, messages, windowFrom);
        for (int from = 1; from <= messages; from += 100_000) {
            sql.update("""
                    INSERT INTO message (tenant_id, user_id, conversation_id, position, id, role, content, token_estimate)
                    SELECT ?, ?, ?, n, uuidv7(), CASE n % 2 WHEN 1 THEN 'user' ELSE 'assistant' END,
                           '\\x00'::bytea || convert_to('message ' || n, 'UTF8'), 3
                    FROM generate_series(?, ?) AS n
                    """, caller.tenantId(), caller.userId(), conversation, from, Math.min(messages, from + 99_999));
        }
        return conversation;
    }
}

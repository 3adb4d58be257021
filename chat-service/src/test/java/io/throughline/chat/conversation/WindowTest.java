package io.throughline.chat.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.chat.SuiteStub;
import io.throughline.chat.conversation.Answerer.Said;
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
class WindowTest {

    @Inject
    ConversationStore store;

    @Inject
    Sql sql;

    private final Caller caller = new Caller(Ids.next(), Ids.next(), Ids.next(), Set.of("read", "write"));

    @Test
    void holdsTheNewestMessagesOldestFirst() {
        UUID conversation = conversationOf(120);
        List<Said> window = store.window(caller, conversation, 50, 1_000_000);
        assertThat(window).hasSize(50);
        assertThat(window.getFirst()).isEqualTo(new Said(Answerer.Role.USER, "message 71"));
        assertThat(window.getLast()).isEqualTo(new Said(Answerer.Role.ASSISTANT, "message 120"));
    }

    @Test
    void keepsToTheTokenBudgetAndDropsTheOldest() {
        UUID conversation = conversationOf(120); // "message 101" to "message 120": 11 characters, 3 tokens each
        List<Said> window = store.window(caller, conversation, 50, 31);
        assertThat(window).hasSize(10);
        assertThat(window.getFirst().text()).isEqualTo("message 111");
        assertThat(window.getLast().text()).isEqualTo("message 120");
    }

    @Test
    void belongsToOneUserOfOneTenant() {
        UUID conversation = conversationOf(2);
        Caller colleague = new Caller(caller.tenantId(), Ids.next(), Ids.next(), Set.of("read"));
        Caller stranger = new Caller(Ids.next(), caller.userId(), Ids.next(), Set.of("read"));
        assertThat(store.window(colleague, conversation, 50, 1000)).isEmpty();
        assertThat(store.window(stranger, conversation, 50, 1000)).isEmpty();
    }

    @Test
    void readsFiftyRowsOfAHundredThousandByTheIndex() {
        UUID conversation = conversationOf(100_000);
        conversationOf(2_000);
        sql.update("ANALYZE message");
        String plan = sql
                .list(
                        "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) " + ConversationStore.WINDOW,
                        row -> row.text("QUERY PLAN"),
                        caller.tenantId(),
                        caller.userId(),
                        conversation,
                        50,
                        1_000_000)
                .stream()
                .collect(Collectors.joining("\n"));
        assertThat(plan)
                .contains("Index Scan Backward using message_pk")
                .containsPattern("Index Scan Backward using message_pk on message \\(actual rows=50(\\.00)? loops=1\\)")
                .doesNotContain("Seq Scan")
                .doesNotContain("Rows Removed");
    }

    private UUID conversationOf(int messages) {
        UUID conversation = Ids.next();
        sql.update(
                "INSERT INTO conversation (tenant_id, user_id, id, title, message_count) VALUES (?, ?, ?, 'long', ?)",
                caller.tenantId(),
                caller.userId(),
                conversation,
                messages);
        sql.update("""
                INSERT INTO message (tenant_id, user_id, conversation_id, position, id, role, content, token_estimate)
                SELECT ?, ?, ?, n, uuidv7(), CASE n % 2 WHEN 1 THEN 'user' ELSE 'assistant' END, 'message ' || n,
                       (length('message ' || n) + 3) / 4
                FROM generate_series(1, ?) AS n
                """, caller.tenantId(), caller.userId(), conversation, messages);
        return conversation;
    }
}

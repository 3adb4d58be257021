package io.throughline.chat.conversation;

import io.throughline.chat.budget.Spending;
import io.throughline.chat.conversation.Said.Role;
import io.throughline.platform.access.Caller;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The two statements of a turn, whatever the conversation's length: one opens it with its window, one keeps question,
 * reply and what was spent. The first turn of a conversation needs the second only.
 */
@Singleton
public class TurnStore {

    /** The window's rows come off the end of the primary key; nothing before its beginning is touched. */
    static final String OPEN = """
            SELECT conversation.message_count, conversation.window_from, conversation.earlier,
                   newest.position, newest.id, newest.role, newest.content, newest.token_estimate
            FROM conversation
            LEFT JOIN LATERAL (
                SELECT position, id, role, content, token_estimate
                FROM message
                WHERE message.tenant_id = conversation.tenant_id AND message.user_id = conversation.user_id
                  AND message.conversation_id = conversation.id AND position >= conversation.window_from
                ORDER BY position DESC
                LIMIT ?) AS newest ON true
            WHERE conversation.tenant_id = ? AND conversation.user_id = ? AND conversation.id = ?
              AND conversation.deleted_at IS NULL
            ORDER BY newest.position
            """;

    private static final String BEGIN = """
            WITH turn AS (INSERT INTO conversation (tenant_id, user_id, id, title, message_count)
                          VALUES (?, ?, ?, ?, 2)
                          RETURNING tenant_id, user_id, id, message_count)
            """;

    private static final String PROCEED = """
            WITH turn AS (UPDATE conversation
                          SET message_count = message_count + 2, updated_at = clock_timestamp(),
                              window_from = greatest(window_from, ?), earlier = coalesce(?, earlier)
                          WHERE tenant_id = ? AND user_id = ? AND id = ? AND deleted_at IS NULL
                          RETURNING tenant_id, user_id, id, message_count)
            """;

    private static final String SAY = """
            , said AS (
                INSERT INTO message (tenant_id, user_id, conversation_id, position, id, role, content, token_estimate,
                                     model, input_tokens, output_tokens, cost_micros, cached)
                SELECT turn.tenant_id, turn.user_id, turn.id, turn.message_count - 2 + said.number, said.id, said.role,
                       said.content, said.tokens, said.model, said.input, said.output, said.cost, said.cached
                FROM turn, (VALUES (1, ?::uuid, 'user', ?::bytea, ?::integer, NULL, NULL::bigint, NULL::bigint,
                                    NULL::bigint, NULL::boolean),
                                   (2, ?::uuid, 'assistant', ?::bytea, ?::integer, ?, ?::bigint, ?::bigint,
                                    ?::bigint, ?::boolean))
                           AS said (number, id, role, content, tokens, model, input, output, cost, cached)
                RETURNING tenant_id, user_id, conversation_id, position, role)
            , mentioned AS (
                INSERT INTO mention (tenant_id, user_id, conversation_id, position, digest)
                SELECT said.tenant_id, said.user_id, said.conversation_id, said.position, decode(named.digest, 'hex')
                FROM said JOIN unnest(?::text[], ?::text[]) AS named (role, digest) USING (role))
            """;

    private static final String TOLD = "SELECT count(*) AS messages FROM said";

    private static final Pattern ADDRESS = Pattern.compile("[\\p{L}\\p{N}._%+'-]{1,64}@[\\p{L}\\p{N}.-]{1,255}");
    /** A page of contacts fits. */
    private static final int MOST_ADDRESSES = 200;

    private final Sql sql;
    private final Sealing sealing;
    private final Spending spending;
    private final WindowLimits limits;

    TurnStore(Sql sql, Sealing sealing, Spending spending, WindowLimits limits) {
        this.sql = sql;
        this.sealing = sealing;
        this.spending = spending;
        this.limits = limits;
    }

    /** @param newest from the window's beginning on, oldest first, at most as many as the window holds */
    public record Opened(long messageCount, long windowFrom, String earlier, List<Line> newest) {}

    public record Line(long position, Said said, int tokens) {}

    /** A reply and what it cost. @param costMicros millionths of a dollar */
    public record Reply(
            UUID id, String text, String model, long inputTokens, long outputTokens, long costMicros, boolean cached) {}

    /** A question and its reply, stored together or not at all. @param window as it was told to the answerer */
    public record Turn(Caller caller, UUID conversation, Window window, String question, Reply reply) {}

    /** Empty when the user has no such conversation. */
    public Optional<Opened> open(Caller caller, UUID conversation) {
        List<Opened> rows = sql.list(
                OPEN,
                row -> opened(caller.tenantId(), conversation, row),
                limits.messages(),
                caller.tenantId(),
                caller.userId(),
                conversation);
        return rows.stream().findFirst().map(first -> {
            List<Line> lines = new ArrayList<>();
            rows.forEach(row -> lines.addAll(row.newest()));
            return new Opened(first.messageCount(), first.windowFrom(), first.earlier(), lines);
        });
    }

    private Opened opened(UUID tenant, UUID conversation, Row row) {
        byte[] earlier = row.bytes("earlier");
        UUID id = row.uuid("id");
        return new Opened(
                row.number("message_count"),
                row.number("window_from"),
                earlier == null ? "" : sealing.open(earlier, tenant, conversation),
                id == null
                        ? List.of()
                        : List.of(new Line(
                                row.number("position"),
                                new Said(
                                        Role.valueOf(row.text("role").toUpperCase(Locale.ROOT)),
                                        sealing.open(row.bytes("content"), tenant, id)),
                                (int) row.number("token_estimate"))));
    }

    /** The first turn of a conversation, titled by its question. */
    public void begin(Turn turn) {
        Caller caller = turn.caller();
        keep(
                BEGIN,
                turn,
                caller.tenantId(),
                caller.userId(),
                turn.conversation(),
                sealing.seal(Titles.of(turn.question()), caller.tenantId(), turn.conversation()));
    }

    /**
     * False when the conversation is gone; what was spent is kept nevertheless. Turns of one conversation queue on its row,
     * so positions have no gaps.
     */
    public boolean proceed(Turn turn) {
        Caller caller = turn.caller();
        Window window = turn.window();
        return keep(
                PROCEED,
                turn,
                window.from(),
                window.cut() ? sealing.seal(window.earlier(), caller.tenantId(), turn.conversation()) : null,
                caller.tenantId(),
                caller.userId(),
                turn.conversation());
    }

    private boolean keep(String beginning, Turn turn, Object... firstParameters) {
        Reply reply = turn.reply();
        UUID tenant = turn.caller().tenantId();
        UUID questionId = io.throughline.platform.time.Ids.next();
        List<String> roles = new ArrayList<>();
        List<String> digests = new ArrayList<>();
        mentions(tenant, "user", turn.question(), roles, digests);
        mentions(tenant, "assistant", reply.text(), roles, digests);
        List<Object> parameters = new ArrayList<>(Arrays.asList(firstParameters));
        parameters.addAll(Arrays.asList(
                questionId,
                sealing.seal(turn.question(), tenant, questionId),
                Window.estimate(turn.question()),
                reply.id(),
                sealing.seal(reply.text(), tenant, reply.id()),
                Window.estimate(reply.text()),
                reply.model(),
                reply.inputTokens(),
                reply.outputTokens(),
                reply.costMicros(),
                reply.cached(),
                Sql.array("text", roles),
                Sql.array("text", digests)));
        parameters.addAll(
                spending.parameters(turn.caller(), 1, reply.inputTokens() + reply.outputTokens(), reply.costMicros()));
        return sql.one(
                        beginning + SAY + ", spent AS (" + Spending.ADD + ") " + TOLD,
                        row -> row.number("messages"),
                        parameters.toArray())
                > 0;
    }

    private void mentions(UUID tenant, String role, String text, List<String> roles, List<String> digests) {
        ADDRESS.matcher(text)
                .results()
                .map(MatchResult::group)
                .map(address -> address.replaceAll("\\.+$", ""))
                .distinct()
                .limit(MOST_ADDRESSES)
                .map(address -> sealing.digest(tenant, address))
                .distinct()
                .forEach(digest -> {
                    roles.add(role);
                    digests.add(digest);
                });
    }
}

package io.throughline.chat.budget;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/**
 * What is left of today's bounds.
 *
 * @param resetsAt the next UTC midnight
 */
public record Standing(
        Account user,
        Account tenant,
        Instant resetsAt,
        @JsonIgnore Duration untilReset) {

    public record Account(Amount requests, Amount tokens, Money dollars) {}

    /** @param left never below zero */
    public record Amount(long limit, long left) {

        static Amount of(long limit, long spent) {
            return new Amount(limit, Math.max(0, limit - spent));
        }
    }

    public record Money(BigDecimal limit, BigDecimal left) {

        static Money of(BigDecimal limit, long spentMicros) {
            return new Money(
                    limit, limit.subtract(BigDecimal.valueOf(spentMicros, 6)).max(BigDecimal.ZERO));
        }
    }

    /** In the words of draft-ietf-httpapi-ratelimit-headers: the bounds of the user and of the tenant. */
    public String policyHeader() {
        return policy("user", user) + ", " + policy("tenant", tenant);
    }

    public String limitHeader() {
        return left("user", user) + ", " + left("tenant", tenant);
    }

    private static String policy(String who, Account account) {
        return "\"%s-requests\";q=%d;w=86400, \"%s-tokens\";q=%d;w=86400, \"%s-microdollars\";q=%d;w=86400"
                .formatted(
                        who,
                        account.requests().limit(),
                        who,
                        account.tokens().limit(),
                        who,
                        micros(account.dollars().limit()));
    }

    private String left(String who, Account account) {
        long seconds = Math.max(1, untilReset.toSeconds());
        return "\"%s-requests\";r=%d;t=%d, \"%s-tokens\";r=%d;t=%d, \"%s-microdollars\";r=%d;t=%d"
                .formatted(
                        who,
                        account.requests().left(),
                        seconds,
                        who,
                        account.tokens().left(),
                        seconds,
                        who,
                        micros(account.dollars().left()),
                        seconds);
    }

    private static long micros(BigDecimal dollars) {
        return dollars.movePointRight(6).longValue();
    }

    /** The first bound that is used up, in words; null when none is. */
    String usedUp() {
        String user = usedUp("Your", user());
        return user != null ? user : usedUp("The tenant's", tenant());
    }

    private static String usedUp(String whose, Account account) {
        if (account.requests().left() == 0) {
            return whose + " " + account.requests().limit() + " questions of today are used up.";
        }
        if (account.tokens().left() == 0) {
            return whose + " " + account.tokens().limit() + " tokens of today are used up.";
        }
        return account.dollars().left().signum() == 0
                ? whose + " " + account.dollars().limit().toPlainString() + " dollars of today are used up."
                : null;
    }
}

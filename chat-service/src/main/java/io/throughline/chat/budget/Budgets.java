package io.throughline.chat.budget;

import io.throughline.chat.budget.Spending.Spent;
import io.throughline.chat.budget.Spending.Today;
import io.throughline.chat.budget.Standing.Account;
import io.throughline.chat.budget.Standing.Amount;
import io.throughline.chat.budget.Standing.Money;
import io.throughline.platform.access.Caller;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets a question in when the bounds of its user and tenant allow it. What is being answered counts as a request already;
 * its tokens and money count when they are known, so a bound may be passed by what is under way at that moment.
 */
@Singleton
public class Budgets {

    private static final Duration ANOTHER_ENDS = Duration.ofSeconds(1);

    private final BudgetSettings settings;
    private final Spending spending;
    private final Clock clock;
    /** Only of those who await an answer now. */
    private final Map<UUID, Integer> awaited = new ConcurrentHashMap<>();

    Budgets(BudgetSettings settings, Spending spending, Clock clock) {
        this.settings = settings;
        this.spending = spending;
        this.clock = clock;
    }

    /** A question let in; close it when its answer has ended in any way. */
    public final class Admission implements AutoCloseable {

        private final Caller caller;
        private final AtomicBoolean closed = new AtomicBoolean();
        private Today today;

        private Admission(Caller caller) {
            this.caller = caller;
        }

        public Standing standing() {
            return Budgets.this.standing(today, new Spent(1, 0, 0));
        }

        /** As it is when this question has cost so much; other questions under way are not in it. */
        public Standing after(long tokens, long micros) {
            return Budgets.this.standing(today, new Spent(1, tokens, micros));
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                leave(caller.userId());
                leave(caller.tenantId());
            }
        }
    }

    /** One statement. @throws Problem 429 with the time after which to ask again */
    public Admission admit(Caller caller) {
        enter(caller);
        Admission admission = new Admission(caller);
        try {
            admission.today = spending.today(caller);
            int more = awaited.getOrDefault(caller.userId(), 1) - 1;
            int moreOfTenant = awaited.getOrDefault(caller.tenantId(), 1) - 1;
            Standing standing = standing(
                    new Today(plus(admission.today.user(), more), plus(admission.today.tenant(), moreOfTenant)),
                    Spent.NOTHING);
            String usedUp = standing.usedUp();
            if (usedUp != null) {
                throw new Problem(BudgetErrors.USED_UP, usedUp).retryAfter(standing.untilReset());
            }
            return admission;
        } catch (RuntimeException e) {
            admission.close();
            throw e;
        }
    }

    public Standing standing(Caller caller) {
        return standing(spending.today(caller), Spent.NOTHING);
    }

    public int underWay(UUID userOrTenant) {
        return awaited.getOrDefault(userOrTenant, 0);
    }

    private static Spent plus(Spent spent, int requests) {
        return new Spent(spent.requests() + requests, spent.tokens(), spent.micros());
    }

    private void enter(Caller caller) {
        int users = awaited.merge(caller.userId(), 1, Integer::sum);
        int tenants = awaited.merge(caller.tenantId(), 1, Integer::sum);
        boolean user = users > settings.user().streams();
        if (user || tenants > settings.tenant().streams()) {
            leave(caller.userId());
            leave(caller.tenantId());
            throw new Problem(
                            BudgetErrors.TOO_MANY_AT_ONCE,
                            user
                                    ? "You await " + settings.user().streams() + " answers already."
                                    : "The tenant awaits " + settings.tenant().streams() + " answers already.")
                    .retryAfter(ANOTHER_ENDS);
        }
    }

    private void leave(UUID who) {
        awaited.computeIfPresent(who, (id, count) -> count == 1 ? null : count - 1);
    }

    private Standing standing(Today today, Spent more) {
        Instant now = clock.instant();
        Instant midnight =
                spending.day().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        return new Standing(
                account(settings.user(), today.user(), more),
                account(settings.tenant(), today.tenant(), more),
                midnight,
                Duration.between(now, midnight));
    }

    private static Account account(BudgetSettings.Bounds bounds, Spent spent, Spent more) {
        return new Account(
                Amount.of(bounds.requests(), spent.requests() + more.requests()),
                Amount.of(bounds.tokens(), spent.tokens() + more.tokens()),
                Money.of(bounds.dollars(), spent.micros() + more.micros()));
    }
}

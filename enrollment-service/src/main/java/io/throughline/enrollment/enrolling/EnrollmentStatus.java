package io.throughline.enrollment.enrolling;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The states of an enrollment; the README draws them. SQL takes the allowed transitions from here, so that there is one
 * account of them.
 */
public enum EnrollmentStatus {
    PENDING,
    ACTIVE,
    PAUSED,
    COMPLETED,
    REPLIED,
    BOUNCED,
    UNSUBSCRIBED,
    FAILED;

    /** Something may still be sent. */
    public static final Set<EnrollmentStatus> LIVE = Set.copyOf(EnumSet.of(PENDING, ACTIVE, PAUSED));

    /** From these a restart leads back to pending, as long as nothing has been sent. */
    static final Set<EnrollmentStatus> RESTARTABLE = Set.copyOf(EnumSet.of(COMPLETED, FAILED));

    /** Who is in one of these may enter again, where that is allowed. A bounce, an unsubscription, a complaint is final. */
    static final Set<EnrollmentStatus> REENTRANT = Set.copyOf(EnumSet.of(COMPLETED, REPLIED, FAILED));

    /** The states from which this one may be entered. */
    public Set<EnrollmentStatus> enteredFrom() {
        return switch (this) {
            case PENDING -> EnumSet.of(PAUSED);
            case ACTIVE -> EnumSet.of(PENDING, PAUSED);
            case PAUSED -> EnumSet.of(PENDING, ACTIVE);
            case COMPLETED -> LIVE;
            // Each of these outweighs those before it, so that the outcome does not hang on which event comes first.
            case FAILED -> EnumSet.of(PENDING, ACTIVE, PAUSED, COMPLETED);
            case BOUNCED -> EnumSet.of(PENDING, ACTIVE, PAUSED, COMPLETED, FAILED);
            case REPLIED -> EnumSet.of(PENDING, ACTIVE, PAUSED, COMPLETED, FAILED, BOUNCED);
            case UNSUBSCRIBED -> EnumSet.of(PENDING, ACTIVE, PAUSED, COMPLETED, FAILED, BOUNCED, REPLIED);
        };
    }

    /** As stored and shown. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static List<String> texts(Collection<EnrollmentStatus> states) {
        return states.stream().map(EnrollmentStatus::text).toList();
    }

    static Optional<EnrollmentStatus> of(String text) {
        return Arrays.stream(values())
                .filter(state -> state.text().equals(text))
                .findFirst();
    }
}

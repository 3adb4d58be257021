package io.throughline.enrollment.contact;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The form in which addresses are stored and compared: trimmed and in lower case. RFC 5321 would keep the local part's
 * case; no mailbox provider does, and two rows for one person cost more.
 */
public final class EmailAddress {

    /** RFC 5321, 4.5.3.1: 64 octets before the at-sign, 254 in all (RFC 3696, erratum 1690). */
    static final int MAX_LENGTH = 254;

    private static final int MAX_LOCAL_LENGTH = 64;
    private static final String ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+";
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern MAILBOX =
            Pattern.compile(ATOM + "(?:\\." + ATOM + ")*@(?:" + LABEL + "\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])");

    private EmailAddress() {}

    /** Empty when it is not a mailbox somebody could write to. */
    public static Optional<String> normalise(String text) {
        if (text == null || text.length() > 2 * MAX_LENGTH) {
            return Optional.empty();
        }
        String address = text.strip().toLowerCase(Locale.ROOT);
        boolean fits = address.length() <= MAX_LENGTH && address.indexOf('@') <= MAX_LOCAL_LENGTH;
        return fits && MAILBOX.matcher(address).matches() ? Optional.of(address) : Optional.empty();
    }
}

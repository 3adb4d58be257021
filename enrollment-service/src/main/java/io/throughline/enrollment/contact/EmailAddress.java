package io.throughline.enrollment.contact;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The form in which addresses are stored and compared, and the one place that says what an address is: a dot-atom and a
 * domain name (RFC 5321, 4.1.2), either of them international (RFC 6531). Quoted local parts, comments, folding and address
 * literals are valid on paper, but nobody is reached at one; they are refused.
 *
 * <p>Trimmed and in lower case: RFC 5321 would keep the local part's case; no mailbox provider does, and two rows for one
 * person cost more. International local parts are in NFC, international domains in their ASCII form.
 */
public final class EmailAddress {

    /** RFC 5321, 4.5.3.1: 64 octets before the at-sign, 254 in all (RFC 3696, erratum 1690). */
    static final int MAX_LENGTH = 254;

    private static final int MAX_LOCAL_LENGTH = 64;
    private static final String ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~\\-[\\p{L}\\p{M}\\p{N}\\p{So}&&[^\\x00-\\x7f]]]+";
    private static final Pattern LOCAL = Pattern.compile(ATOM + "(?:\\." + ATOM + ")*");
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern DOMAIN = Pattern.compile("(?:" + LABEL + "\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])");

    /**
     * Sharp s, final sigma, joiner and non-joiner: today's rules (RFC 5892) keep them, the JDK's (RFC 3490) make other letters
     * of them, which is another domain. Whoever means one can write it in its ASCII form.
     */
    private static final Pattern AMBIGUOUS = Pattern.compile("[\u00df\u1e9e\u03c2\u200c\u200d]");

    private EmailAddress() {}

    /** Empty when it is not a mailbox somebody could write to. */
    public static Optional<String> normalise(String text) {
        if (text == null || text.length() > 2 * MAX_LENGTH) {
            return Optional.empty();
        }
        String address = Normalizer.normalize(text.strip().toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
        int at = address.lastIndexOf('@');
        if (at < 1 || !isLocalPart(address.substring(0, at))) {
            return Optional.empty();
        }
        return domain(address.substring(at + 1))
                .map(domain -> address.substring(0, at + 1) + domain)
                .filter(whole -> octets(whole) <= MAX_LENGTH);
    }

    private static boolean isLocalPart(String text) {
        return octets(text) <= MAX_LOCAL_LENGTH && LOCAL.matcher(text).matches();
    }

    private static Optional<String> domain(String text) {
        if (AMBIGUOUS.matcher(text).find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(IDN.toASCII(text, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT))
                    .filter(ascii -> DOMAIN.matcher(ascii).matches());
        } catch (IllegalArgumentException notADomain) {
            return Optional.empty();
        }
    }

    private static int octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}

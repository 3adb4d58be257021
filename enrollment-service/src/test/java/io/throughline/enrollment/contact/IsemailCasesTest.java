package io.throughline.enrollment.contact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The address cases that validators are commonly held against: after the test set of Dominic Sayers' isemail 3 (<a
 * href="https://github.com/dominicsayers/isemail">test/tests.xml</a>, BSD licence). {@link #ACCEPTED} is our policy.
 */
class IsemailCasesTest {

    /** By what isemail says. Whatever is not here is refused: an address is for writing to a business contact. */
    private static final Map<String, String> ACCEPTED = Map.of(
            "VALID", "a dot-atom at a domain name",
            "DNSWARN_NO_RECORD", "whether a domain exists shows when mail is sent, not when a file is read",
            "DNSWARN_NO_MX_RECORD", "a domain without MX takes mail at its address record");

    private static final Map<String, String> REFUSED = Map.of(
            "CFWS", "comments and folding inside an address: legal in headers, a mistake in a list of people",
            "DEPREC", "obsolete forms, which RFC 5322 forbids to write",
            "RFC5321_QUOTEDSTRING", "hosts should not have such mailboxes (RFC 5321, 4.1.2)",
            "RFC5321_ADDRESSLITERAL", "a machine without a name is no company's",
            "RFC5321_IPV6DEPRECATED", "the same",
            "RFC5321_TLD", "no mailbox is at a bare top-level domain (RFC 7085)",
            "RFC5321_TLDNUMERIC", "no top-level domain is a number",
            "RFC5322", "valid by the letter of RFC 5322, undeliverable by RFC 5321",
            "ERR", "no address by any reading");

    /** Beyond what isemail says. */
    private static final Set<String> NO_SUCH_TOP_LEVEL_DOMAIN = Set.of("test@iana.a");

    private static final Set<String> WELL_FORMED = Set.of("test@iana.org");

    record Case(String diagnosis, String address) {}

    @ParameterizedTest
    @MethodSource("cases")
    void judgesAsThePolicySays(Case given) {
        boolean accepted =
                ACCEPTED.containsKey(given.diagnosis()) && !NO_SUCH_TOP_LEVEL_DOMAIN.contains(given.address());
        // White space around a cell of a file is not part of the address in it.
        boolean surrounded = WELL_FORMED.contains(given.address().strip());
        assertThat(EmailAddress.normalise(given.address()).isPresent())
                .as(given.diagnosis())
                .isEqualTo(accepted || surrounded);
    }

    @Test
    void hasAPolicyForEveryDiagnosis() throws IOException {
        Set<String> open = new TreeSet<>();
        cases().map(Case::diagnosis)
                .filter(diagnosis -> !ACCEPTED.containsKey(diagnosis))
                .filter(diagnosis -> REFUSED.keySet().stream().noneMatch(diagnosis::startsWith))
                .forEach(open::add);
        assertThat(open).isEmpty();
        assertThat(cases().count()).isEqualTo(139);
    }

    static Stream<Case> cases() throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                IsemailCasesTest.class.getResourceAsStream("isemail-cases.tsv"), StandardCharsets.UTF_8))) {
            return reader.lines().filter(line -> !line.startsWith("#")).map(IsemailCasesTest::read).toList().stream();
        }
    }

    private static Case read(String line) {
        int tab = line.indexOf('\t');
        String quoted = line.substring(tab + 1);
        String escaped = quoted.substring(1, quoted.length() - 1)
                .replace("\\u0000", "\0")
                .replace("\\u0007", "\u0007")
                .replace("\\u007f", "\u007f");
        return new Case(line.substring(0, tab), escaped.translateEscapes());
    }
}

package io.throughline.enrollment.contact;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is worth knowing of a valid address: that a role reads it rather than a person, or that its provider hands out
 * addresses to be thrown away. Neither makes it invalid; lists and segments can tell them apart.
 */
record EmailMarks(boolean role, boolean disposable) {

    private static final Set<String> ROLES = lines("role-names.txt");
    private static final Set<String> DISPOSABLE = lines("disposable-domains.txt");

    /** @param email normalised; null or not an address: no marks */
    static EmailMarks of(String email) {
        int at = email == null ? -1 : email.indexOf('@');
        if (at < 0) {
            return new EmailMarks(false, false);
        }
        String local = email.substring(0, at);
        int tag = local.indexOf('+');
        return new EmailMarks(
                ROLES.contains(tag > 0 ? local.substring(0, tag) : local), isDisposable(email.substring(at + 1)));
    }

    /** Subdomains belong to their provider. */
    private static boolean isDisposable(String domain) {
        for (String rest = domain; ; rest = rest.substring(rest.indexOf('.') + 1)) {
            if (DISPOSABLE.contains(rest)) {
                return true;
            }
            if (rest.indexOf('.') < 0) {
                return false;
            }
        }
    }

    /** As the API shows them. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        if (role) {
            names.add("role");
        }
        if (disposable) {
            names.add("disposable");
        }
        return names;
    }

    private static Set<String> lines(String resource) {
        try (InputStream in = EmailMarks.class.getResourceAsStream(resource);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

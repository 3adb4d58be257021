package io.throughline.jobs.channel;

import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Where a channel is to go.
 *
 * @param secret null: keep the one there is, or make one
 */
record ChannelRequest(String url, String secret) {

    private static final int LONGEST_URL = 2_000;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

    /** @param secret null: none was given */
    record Wanted(URI url, WebhookSecret secret) {}

    /** @param refusal why nobody may send to it */
    Wanted checked(String channel, Function<URI, Optional<String>> refusal) {
        List<FieldError> errors = new ArrayList<>();
        if (!NAME.matcher(channel).matches() || channel.equals("email")) {
            errors.add(new FieldError(
                    "/channel", "must be a name of up to 32 of a-z, 0-9, _ and -, and not email, which goes by SMTP"));
        }
        URI place = place(errors);
        if (place != null) {
            refusal.apply(place).ifPresent(reason -> errors.add(new FieldError("/url", reason)));
        }
        WebhookSecret given = secret(secret, errors);
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        return new Wanted(place, given);
    }

    private URI place(List<FieldError> errors) {
        if (url == null || url.isBlank() || url.length() > LONGEST_URL) {
            errors.add(new FieldError("/url", "must have 1 to " + LONGEST_URL + " characters"));
            return null;
        }
        try {
            URI place = new URI(url.strip());
            if (place.getRawUserInfo() == null && place.getRawFragment() == null) {
                return place;
            }
            errors.add(new FieldError("/url", "must have no user, no password and no fragment"));
        } catch (URISyntaxException e) {
            errors.add(new FieldError("/url", "is not a URL"));
        }
        return null;
    }

    static WebhookSecret secret(String text, List<FieldError> errors) {
        try {
            return text == null ? null : WebhookSecret.parse(text);
        } catch (IllegalArgumentException e) {
            errors.add(new FieldError("/secret", "must be whsec_ and 24 to 64 bytes in Base64"));
            return null;
        }
    }
}

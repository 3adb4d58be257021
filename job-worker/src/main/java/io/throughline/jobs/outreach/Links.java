package io.throughline.jobs.outreach;

import io.throughline.events.engagement.TrackingToken;
import io.throughline.events.engagement.TrackingToken.Action;
import io.throughline.jobs.outreach.MessageStore.Letter;
import io.throughline.platform.access.Signatures;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the links that lead from a mail to us: signed, so that nobody else can make one. */
@Singleton
class Links {

    /** With signature and Base64 it is to stay well below what servers take as a first line. */
    private static final int LONGEST_TARGET = 2_000;

    private final Optional<String> base;
    private final Optional<Signatures> signatures;

    /** @param publicUrl where recipients reach the gateway, such as {@code https://mail.example.com}; none: no links */
    @Inject
    Links(TrackingSettings settings, @ConfigProperty(name = "throughline.public-url") Optional<String> publicUrl) {
        this(publicUrl.filter(url -> !url.isBlank()), settings.keys().map(Signatures::new));
    }

    private Links(Optional<String> base, Optional<Signatures> signatures) {
        this.base = base.map(url -> url.strip().replaceAll("/+$", ""));
        this.signatures = signatures;
        this.base.ifPresent(url -> {
            if (!isWeb(url)) {
                throw new IllegalArgumentException("throughline.public-url must look like https://mail.example.com");
            }
        });
    }

    static Links none() {
        return new Links(Optional.empty(), Optional.empty());
    }

    static Links at(String base, Signatures signatures) {
        return new Links(Optional.of(base), Optional.of(signatures));
    }

    /** None for a letter to nobody's enrollment. @param now when the mail is handed over */
    Optional<OfLetter> of(Letter letter, Instant now) {
        if (letter.enrollmentId() == null) {
            return Optional.empty();
        }
        return base.flatMap(url -> signatures.map(keys -> new OfLetter(url, keys, letter, now)));
    }

    private static boolean isWeb(String url) {
        try {
            URI uri = new URI(url);
            return uri.getHost() != null
                    && ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Those of one mail. */
    record OfLetter(String base, Signatures signatures, Letter letter, Instant now) {

        String pixel() {
            return base + "/t/o/" + token(Action.OPEN, null) + ".gif";
        }

        String unsubscribing() {
            return base + "/u/" + token(Action.UNSUBSCRIBE, null);
        }

        /** Empty for what is no address on the web, or a very long one: such links stay as they are. */
        Optional<String> click(String target) {
            String url = target.strip();
            return url.length() <= LONGEST_TARGET && isWeb(url)
                    ? Optional.of(
                            base + "/t/c/" + token(Action.CLICK, URI.create(url).toASCIIString()))
                    : Optional.empty();
        }

        private String token(Action action, String url) {
            return signatures.token(new TrackingToken(
                            action,
                            letter.tenantId(),
                            letter.enrollmentId(),
                            letter.instanceId(),
                            letter.stepNumber(),
                            now,
                            url)
                    .bytes());
        }
    }
}

package io.throughline.jobs.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Whether a message comes from Amazon SNS: signed with the key of a certificate that is Amazon's, which is fetched over HTTPS from
 * a host of SNS and nowhere else.
 *
 * @see <a href="https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html">how to verify</a>
 */
@Singleton
class SnsMessages {

    private static final Pattern HOST = Pattern.compile("sns\\.[a-z0-9-]{1,30}\\.amazonaws\\.com(\\.cn)?");
    private static final Pattern OWNER =
            Pattern.compile("(^|,)\\s*CN=sns(\\.[a-z0-9-]+)?\\.amazonaws\\.com(\\.cn)?(,|$)");
    private static final List<String> NOTIFICATION =
            List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");
    private static final List<String> CONFIRMATION =
            List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int LARGEST_ANSWER = 64 << 10;
    private static final int MOST_CERTIFICATES = 100;

    private final Function<URI, byte[]> web;
    private final Map<URI, X509Certificate> certificates = new ConcurrentHashMap<>();

    @Inject
    SnsMessages() {
        this(SnsMessages::fetch);
    }

    SnsMessages(Function<URI, byte[]> web) {
        this.web = web;
    }

    boolean signed(JsonNode message) {
        String algorithm = switch (message.path("SignatureVersion").asText()) {
            case "1" -> "SHA1withRSA";
            case "2" -> "SHA256withRSA";
            default -> null;
        };
        if (algorithm == null) {
            return false;
        }
        try {
            X509Certificate certificate =
                    certificate(URI.create(message.path("SigningCertURL").asText()));
            certificate.checkValidity();
            Signature check = Signature.getInstance(algorithm);
            check.initVerify(certificate);
            check.update(text(message).getBytes(StandardCharsets.UTF_8));
            return check.verify(
                    Base64.getDecoder().decode(message.path("Signature").asText()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** So that the topic begins to send here. */
    void confirm(JsonNode message) {
        web.apply(amazons(URI.create(message.path("SubscribeURL").asText())));
    }

    private X509Certificate certificate(URI place) throws GeneralSecurityException {
        X509Certificate known = certificates.get(amazons(place));
        if (known != null) {
            return known;
        }
        X509Certificate fetched = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(web.apply(place)));
        if (!OWNER.matcher(fetched.getSubjectX500Principal().getName()).find()) {
            throw new GeneralSecurityException("the certificate is not one of SNS");
        }
        if (certificates.size() < MOST_CERTIFICATES) {
            certificates.put(place, fetched);
        }
        return fetched;
    }

    private static URI amazons(URI place) {
        boolean trusted = "https".equals(place.getScheme())
                && place.getHost() != null
                && HOST.matcher(place.getHost()).matches()
                && place.getUserInfo() == null
                && (place.getPort() == -1 || place.getPort() == 443);
        if (!trusted) {
            throw new IllegalArgumentException("not an address of SNS");
        }
        return place;
    }

    /** Names and values by name, a line each; a subject that is not there is left out. */
    private static String text(JsonNode message) {
        List<String> names = message.path("Type").asText().equals("Notification") ? NOTIFICATION : CONFIRMATION;
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            if (message.path(name).isTextual()) {
                text.append(name)
                        .append('\n')
                        .append(message.path(name).textValue())
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static byte[] fetch(URI place) {
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            HttpResponse<InputStream> answer = http.send(
                    HttpRequest.newBuilder(place).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() != 200) {
                    throw new Problem(CommonErrors.UNAVAILABLE, "Amazon SNS answers " + answer.statusCode() + ".");
                }
                return body.readNBytes(LARGEST_ANSWER);
            }
        } catch (IOException e) {
            throw new Problem(CommonErrors.UNAVAILABLE, "Amazon SNS does not answer.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(CommonErrors.UNAVAILABLE, "The service is shutting down.", e);
        }
    }
}

package io.throughline.analytics.tracking;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;

/** Pages for people who got a mail: no script, nothing from elsewhere, in no frame. */
final class PublicPage {

    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta name="robots" content="noindex"><title>%1$s</title>
            <style>body{font:1.1em/1.5 system-ui,sans-serif;max-width:32em;margin:4em auto;padding:0 1em}
            button{font:inherit;padding:.6em 1.2em}</style></head>
            <body><h1>%1$s</h1>%2$s</body></html>
            """;

    private static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private PublicPage() {}

    /** @param html of our own, nothing that came with the request */
    static Response of(int status, String title, String html) {
        return unkept(Response.status(status))
                .type("text/html; charset=utf-8")
                .header("Content-Security-Policy", POLICY)
                .entity(PAGE.formatted(title, html))
                .build();
    }

    static Response unknown() {
        return of(404, "This link does not work", "<p>It may have been cut off on its way. Open the mail again.</p>");
    }

    /** Neither stored on the way nor told to where the reader goes next. */
    static ResponseBuilder unkept(ResponseBuilder answer) {
        return answer.header("Cache-Control", "no-store")
                .header("Referrer-Policy", "no-referrer")
                .header("X-Content-Type-Options", "nosniff")
                .header("X-Robots-Tag", "noindex");
    }
}

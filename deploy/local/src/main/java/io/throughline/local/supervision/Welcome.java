package io.throughline.local.supervision;

/** What {@code up} prints at the end; each line can be pasted. */
public final class Welcome {

    private Welcome() {}

    public static String text(int port, String apiKey, double seconds) {
        String url = "http://127.0.0.1:" + port;
        return """

                Throughline is ready after %.1f s.
                  URL      %s        (API: %s/docs)
                  API key  %s

                  curl -s -H 'X-API-Key: %s' %s/api/campaigns/instances
                  curl -s -H 'X-API-Key: %s' %s/api/jobs
                  curl -s -H 'X-API-Key: %s' -H 'Content-Type: application/json' -d '{"message":"how is the campaign doing?"}' %s/api/chat
                """.formatted(seconds, url, url, apiKey, apiKey, url, apiKey, url, apiKey, url);
    }
}

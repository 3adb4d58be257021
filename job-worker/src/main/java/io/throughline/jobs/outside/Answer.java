package io.throughline.jobs.outside;

/** What a provider said: 2xx with a body, or nothing found (404, 410, 204). At most 1 MiB. */
public record Answer(int status, byte[] body) {

    public boolean found() {
        return status != 204 && status / 100 == 2;
    }
}

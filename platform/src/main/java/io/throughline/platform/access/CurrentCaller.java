package io.throughline.platform.access;

import jakarta.enterprise.context.RequestScoped;
import java.util.UUID;

/** The caller of the request at hand; set by {@link ApiKeyFilter} before any resource runs. */
@RequestScoped
public class CurrentCaller {

    private Caller caller;
    private String apiKey;

    void set(Caller authenticated, String presentedKey) {
        this.caller = authenticated;
        this.apiKey = presentedKey;
    }

    public Caller caller() {
        if (caller == null) {
            throw new IllegalStateException("no caller: the path is outside /api and /internal");
        }
        return caller;
    }

    public UUID tenantId() {
        return caller().tenantId();
    }

    public UUID userId() {
        return caller().userId();
    }

    /** As presented, to call another service of the suite with the caller's own rights. Never log it. */
    public String apiKey() {
        caller();
        return apiKey;
    }
}

package io.throughline.campaign.account;

import io.quarkus.runtime.StartupEvent;
import io.throughline.events.account.ApiKeyRecord;
import io.throughline.platform.access.ApiKeys;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.time.Ids;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Lets the operator in: the key of {@code throughline.bootstrap-admin-key} is made known at the start, with every scope,
 * in the tenant {@code default}. Another key at a later start joins the same tenant; the old one stays until deleted.
 */
@Singleton
class FirstKey {

    private static final Logger LOG = Logger.getLogger(FirstKey.class);

    private final AccountStore accounts;
    private final Sql sql;
    private final Optional<String> adminKey;

    FirstKey(
            AccountStore accounts,
            Sql sql,
            @ConfigProperty(name = "throughline.bootstrap-admin-key") Optional<String> adminKey) {
        this.accounts = accounts;
        this.sql = sql;
        this.adminKey = adminKey;
    }

    void start(@Observes StartupEvent event) {
        adminKey.filter(key -> !key.isBlank()).ifPresent(key -> admit(ApiKeys.hash(key)));
    }

    /** Once, however many replicas start. */
    void admit(String keyHash) {
        sql.inTransaction(() -> {
            accounts.awaitTurn();
            if (!accounts.knowsHash(keyHash)) {
                accounts.defaultTenant()
                        .ifPresentOrElse(
                                tenant -> accounts.addKey(key(tenant.tenantId(), tenant.userId(), keyHash)),
                                () -> accounts.addTenant("default", true, key(Ids.next(), Ids.next(), keyHash)));
                LOG.info("First key admitted");
            }
        });
    }

    private static ApiKeyRecord key(UUID tenantId, UUID userId, String keyHash) {
        return new ApiKeyRecord(Ids.next(), tenantId, userId, "bootstrap", keyHash, Scopes.ALL, null);
    }
}

package io.throughline.campaign.account;

import io.throughline.campaign.Campaigns;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.Map;

/** Stored accounts behind test keys, which come by Kafka alone. */
public final class Accounts {

    private Accounts() {}

    /** Makes the key's tenant and user known. */
    public static void store(Sql sql, TestKey key) {
        sql.update("""
                WITH stored AS (
                    INSERT INTO tenant (tenant_id, name, created_at) VALUES (?, 'test', now()) ON CONFLICT DO NOTHING
                )
                INSERT INTO tenant_user (tenant_id, user_id, created_at) VALUES (?, ?, now()) ON CONFLICT DO NOTHING
                """, key.tenantId(), key.tenantId(), key.userId());
    }

    /** Id of another key of the tenant. */
    public static String aKey(Sql sql, TestKey key) {
        store(sql, key);
        return Campaigns.as(key)
                .body(Map.of("name", "another"))
                .post("/api/account/keys")
                .then()
                .statusCode(201)
                .extract()
                .path("data.keyId");
    }
}
